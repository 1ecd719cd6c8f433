using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Supervision;
using MtlStudio.Web.Theme;
using MudBlazor;

namespace MtlStudio.Web.Features.Compare.Verdicts;

/// <summary>The verdicts: a forest plot up to four lines, a heat map with numbers from five.</summary>
public sealed partial class VerdictPanel : ComponentBase
{
    private const int MostDots = 4;

    private ElementReference _figure;
    private IJSObjectReference? _module;
    private IReadOnlyList<ChartPanel> _panels = [];
    private string _svg = "";
    private object? _drawn;
    private bool _busy;

    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required RunCommands Commands { get; set; }
    [Inject] public required ISnackbar Notices { get; set; }
    [CascadingParameter] public required CompareView View { get; set; }
    [CascadingParameter] public required ThemeState Theme { get; set; }

    private bool IsForest => View.Lines.Count <= MostDots;

    private string FileName => $"compare-{string.Join('-', View.Ids)}-{View.Reference}";

    private string ApiCall => $"/api/v1/compare?runs={string.Join(',', View.Ids)}&reference={View.Reference}";

    /// <summary>Mixes some of whose tasks have no baseline.</summary>
    private IReadOnlyList<CompareRun> Lacking => View.Reference != CompareReference.Baseline ? []
        : [.. View.Set.Runs.Where(run => run.Run.BaselineTask is null && BaselinePlanner.For(run.Spec).Any(wanted => !run.Baselines.ContainsKey(wanted.Baseline!.Task)))];

    protected override void OnParametersSet()
    {
        var look = (View.Book, Theme.IsDark, View.FigureWidth, View.Query.Opened, View.Query.Task);
        if (look.Equals(_drawn)) return;
        _drawn = look;
        if (View.Book is not { } book) return;
        _panels = [.. book.Rows.Select(row => new ChartPanel(row.Task.Name, [.. row.Values.Where(value => value.Value.Delta is not null).Select(Row)]))];
        if (!IsForest) return;
        IReadOnlyList<ForestGroup> groups = ForestRows.OfTasks(book, place => RunColors.Of(place, Theme.IsDark), task => TaskColors.Of(task.ColorIndex, Theme.IsDark), Href);
        IReadOnlyList<ForestGroup> means = [ForestRows.OfDeltaM(book, place => RunColors.Of(place, Theme.IsDark))];
        var (columns, ink) = (ForestColumns.Of([.. groups, .. means], View.FigureWidth), ForestRows.Ink(Theme.Charts));
        _svg = ForestFigure.Svg(groups, ink, columns, "gain in points of 100", Summary(book))
            + ForestFigure.Svg(means, ink, columns, "Δm: mean relative change over the target tasks, %", "Δm of each run");
    }

    /// <summary>A row of table and CSV: the reference's score, the difference and its interval.</summary>
    private static ChartSeries Row(LineValue value) => new(value.Line.Label, "", [value.Value.ReferenceValue ?? double.NaN], [value.Value.Delta!.Value])
    {
        Band = value.Value is { Low: { } low, High: { } high } ? new([value.Value.ReferenceValue ?? double.NaN], [low], [high]) : null,
    };

    private string Href(LineValue value) => Navigation.QueryUri(("task", value.Task.Name), ("open", value.Line.Key), ("sort", null), ("page", null)) is var address ? new Uri(address).PathAndQuery : "";

    private static string Summary(VerdictBook book) => "Gains by task: " + string.Join("; ", book.Values.Where(value => value.Gain is not null).Select(value => $"{value.Task.Name}, {value.Line.Label}, {VerdictWords.Delta(value.Value, value.Task)}, {VerdictWords.Word(value.Value)}"));

    /// <summary>On what the scores stand, where all stand on the same.</summary>
    private static string Basis(VerdictBook book)
    {
        var scored = book.Values.Where(value => value.Value.Delta is not null).ToList();
        List<string?> splits = [.. scored.Select(value => value.Value.Split).Distinct()];
        var (fewest, most) = (scored.Min(value => value.Value.Examples), scored.Max(value => value.Value.Examples));
        var seeds = scored.Max(value => value.Value.Seeds);
        return $"on {(fewest == most ? Format.Count(most) : $"{Format.Count(fewest)} to {Format.Count(most)}")} {(splits is [var one] ? $"{one} " : "")}examples a task, {(seeds == 1 ? "one seed" : $"up to {seeds} seeds")}";
    }

    private async Task MakeBaselinesAsync()
    {
        _busy = true;
        try
        {
            var (made, reused) = (0, 0);
            foreach (var run in Lacking)
            {
                var choices = await Commands.EnsureBaselinesAsync(run.Id);
                made += choices.Count(choice => !choice.Reused);
                reused += choices.Count(choice => choice.Reused);
            }
            Notices.Add($"{made} {(made == 1 ? "baseline" : "baselines")} queued{(reused > 0 ? $", {reused} reused" : "")}", Severity.Info);
        }
        catch (Exception refused) when (refused is RunStateException or InvalidInputException or RunNotFoundException)
        {
            Notices.Add(refused.Message, Severity.Warning);
        }
        finally
        {
            _busy = false;
        }
    }

    private async Task SavePngAsync(string name)
    {
        _module ??= await Js.InvokeAsync<IJSObjectReference>("import", "./Features/Compare/Verdicts/VerdictPanel.razor.js");
        await _module.InvokeVoidAsync("savePng", _figure, name, Theme.Charts.Surface);
    }

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
