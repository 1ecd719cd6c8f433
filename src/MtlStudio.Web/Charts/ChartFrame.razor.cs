using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;

namespace MtlStudio.Web.Charts;

/// <summary>A chart with its title, controls and ways out of it.</summary>
public sealed partial class ChartFrame : ComponentBase, IAsyncDisposable
{
    private ElementReference _frame;
    private IJSObjectReference? _module;
    private bool _table;

    [Inject] public required IJSRuntime Js { get; set; }

    [Parameter, EditorRequired] public string Title { get; set; } = "";
    /// <summary>What the chart draws: the table and the CSV are made of it.</summary>
    [Parameter, EditorRequired] public IReadOnlyList<ChartPanel> Panels { get; set; } = [];
    [Parameter] public string XTitle { get; set; } = "";
    /// <summary>Of saved files, without an extension.</summary>
    [Parameter] public string FileName { get; set; } = "chart";
    /// <summary>The API's path and query for the same data.</summary>
    [Parameter] public string? ApiCall { get; set; }
    [Parameter] public string Class { get; set; } = "";
    [Parameter] public RenderFragment? Controls { get; set; }
    [Parameter] public RenderFragment? ChildContent { get; set; }
    /// <summary>Saves a picture under the given name.</summary>
    [Parameter] public EventCallback<string> OnSavePng { get; set; }

    private async Task SaveCsvAsync() => await (await ModuleAsync()).InvokeVoidAsync("save", $"{FileName}.csv", "text/csv", ChartRows.Csv(ChartRows.Of(Panels), XTitle));

    private async Task FullScreenAsync() => await (await ModuleAsync()).InvokeVoidAsync("fullScreen", _frame);

    private async Task<IJSObjectReference> ModuleAsync() => _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./Charts/ChartFrame.razor.js");

    public async ValueTask DisposeAsync()
    {
        try
        {
            if (_module is not null) await _module.DisposeAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser left first.
        }
    }
}
