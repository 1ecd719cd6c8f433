using System.Text.Json;
using Microsoft.JSInterop;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Web.Features.Start;

/// <summary>What the user made of the rows, by the numbers of their files.</summary>
public sealed record KeptStart(string MixName, IReadOnlyList<KeptRow> Rows)
{
    public static KeptStart Of(StartDraft draft) => new(draft.MixName,
        [.. draft.Rows.Select(row => new KeptRow([.. row.Guess.Files.Select(file => new KeptFile(file.File, file.Split))], row.Name, row.Include, row.IsEdited ? row.Task : null, row.Split, row.SkipBadRows))]);
}

/// <param name="Task">Null: as guessed.</param>
public sealed record KeptRow(IReadOnlyList<KeptFile> Files, string Name, bool Include, TaskSpec? Task, SplitRule Split, bool SkipBadRows = false);

public sealed record KeptFile(int File, string? Split);

/// <summary>Keeps what was changed in the browser tab's session storage: a reload or a lost connection takes nothing that was typed.</summary>
public sealed class StartKeeper(IJSRuntime js)
{
    private const string Prefix = "mtl-start:";

    /// <param name="key">What the files are known by.</param>
    public async Task<KeptStart?> ReadAsync(string key)
    {
        try
        {
            return await js.InvokeAsync<string?>("sessionStorage.getItem", Prefix + key) is { } json ? JsonSerializer.Deserialize<KeptStart>(json, WireJson.Compact) : null;
        }
        catch (Exception fault) when (fault is JSException or JsonException)
        {
            return null; // Storage is switched off, or an older studio wrote it: the guess stands.
        }
    }

    public async Task KeepAsync(string key, KeptStart kept)
    {
        try
        {
            await js.InvokeVoidAsync("sessionStorage.setItem", Prefix + key, JsonSerializer.Serialize(kept, WireJson.Compact));
        }
        catch (JSException)
        {
            // Storage is full or switched off: the page works on without.
        }
    }

    public async Task ForgetAsync(string key)
    {
        try
        {
            await js.InvokeVoidAsync("sessionStorage.removeItem", Prefix + key);
        }
        catch (JSException)
        {
            // Nothing was kept.
        }
    }
}
