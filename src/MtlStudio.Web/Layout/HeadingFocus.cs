using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MtlStudio.Web.Layout;

/// <summary>
/// Gives the keys to a new page's heading, so that a screen reader tells of it. The framework's own component does so too, but also
/// a round trip late: where someone has already gone on to a field of the new page, the keys stay there.
/// </summary>
public sealed class HeadingFocus(IJSRuntime js) : ComponentBase
{
    private Type? _shown;
    private bool _isNew;

    /// <summary>The route shown; a change of its parameters only is no new page.</summary>
    [Parameter, EditorRequired]
    public Microsoft.AspNetCore.Components.RouteData RouteData { get; set; } = null!;

    /// <inheritdoc/>
    protected override void OnParametersSet()
    {
        _isNew |= RouteData.PageType != _shown;
        _shown = RouteData.PageType;
    }

    /// <inheritdoc/>
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_isNew) return;
        _isNew = false;
        try
        {
            await js.InvokeVoidAsync("mtlKeys.heading");
        }
        catch (JSDisconnectedException)
        {
            // The page is gone, and its heading with it.
        }
    }
}
