using System.Text.Json;
using Microsoft.JSInterop;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.NewRun;

/// <summary>A form that was left unsaved.</summary>
/// <param name="Origin">The address it was opened by, as "/new?from=12".</param>
/// <param name="Title">The name it had.</param>
/// <param name="Text">Its JSON, as it stood.</param>
/// <param name="SavedAt">UTC, milliseconds since 1970.</param>
public sealed record KeptDraft(string Origin, string Title, string Text, long SavedAt);

/// <summary>
/// Keeps unsaved forms in the browser tab's session storage, one for each address a form is opened by: a reload, a lost connection
/// or a press on another page takes nothing that was typed.
/// </summary>
public sealed class DraftKeeper(IJSRuntime js, TimeProvider clock)
{
    private const string Prefix = "mtl-new-run:", Newest = "mtl-new-run-newest";

    /// <summary>The form kept for this address, or null.</summary>
    public async Task<KeptDraft?> ReadAsync(string origin) => Parse(await GetAsync(Prefix + origin));

    /// <summary>The form that was last changed, whatever its address; null where none is kept.</summary>
    public async Task<KeptDraft?> ReadNewestAsync() => await GetAsync(Newest) is { } origin ? await ReadAsync(origin) : null;

    public async Task KeepAsync(string origin, string title, string text)
    {
        await SetAsync(Prefix + origin, JsonSerializer.Serialize(new KeptDraft(origin, title, text, clock.GetUtcNow().ToUnixTimeMilliseconds()), WireJson.Compact));
        await SetAsync(Newest, origin);
    }

    public async Task ForgetAsync(string origin)
    {
        await js.InvokeVoidAsync("sessionStorage.removeItem", Prefix + origin);
        if (await GetAsync(Newest) == origin) await js.InvokeVoidAsync("sessionStorage.removeItem", Newest);
    }

    private ValueTask<string?> GetAsync(string key) => js.InvokeAsync<string?>("sessionStorage.getItem", key);

    private async Task SetAsync(string key, string value)
    {
        try
        {
            await js.InvokeVoidAsync("sessionStorage.setItem", key, value);
        }
        catch (JSException)
        {
            // The browser's storage is full or switched off: the form works on without.
        }
    }

    private static KeptDraft? Parse(string? json)
    {
        try
        {
            return json is null ? null : JsonSerializer.Deserialize<KeptDraft>(json, WireJson.Compact);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
