using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Compare.Verdicts;
using MtlStudio.Web.Layout;

namespace MtlStudio.Web.Features.Compare.Examples;

/// <summary>One delta, example by example: where it was lost and won.</summary>
public sealed partial class ExampleTable : ComponentBase, IDisposable
{
    private const int PageSize = 20, Long = 300;
    private static readonly IReadOnlyList<(string, string)> Orders = [("lost", "Lost"), ("won", "Won"), ("row", "By row")];

    private readonly CancellationTokenSource _gone = new();
    private ExampleComparison? _found;
    private string? _fault;
    private object? _shown;

    [Inject] public required ExampleComparer Comparer { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [CascadingParameter] public required CompareView View { get; set; }

    private CompareRun? Opened => View.Query.Opened is { } id ? View.Set.Runs.FirstOrDefault(run => run.Id == id) : null;

    /// <summary>How the opened run (or its seeds together) stands.</summary>
    private LineValue? Standing => View.Book?.Values.FirstOrDefault(value => value.Task.Name == View.Task?.Name && value.Line.Runs.Any(run => run.Id == View.Query.Opened));

    /// <summary>What to try next: a run that differs in one field.</summary>
    private SuggestedAct? Act => Opened is { } run && Standing is { } standing
        ? SuggestedAct.Of(run.Id, run.Spec with { Seed = standing.Line.Runs.Max(seed => seed.Spec.Seed) }, View.Reference == CompareReference.Baseline, standing.Task.Name, standing.Value) : null;

    private string Order => View.Query.Sort is "won" or "row" ? View.Query.Sort : "lost";

    private int Page => Math.Max(0, View.Query.Page);

    private string Call => $"/api/v1/compare/examples?run={Opened?.Id}&task={Uri.EscapeDataString(View.Task?.Name ?? "")}&reference={View.Reference}&sort={(Order == "row" ? "row" : "difference")}&order={(IsDescending ? "desc" : "asc")}";

    /// <summary>What was lost lies at the low end where higher is better.</summary>
    private bool IsDescending => Order switch { "won" => View.Task?.HigherIsBetter ?? true, "lost" => !(View.Task?.HigherIsBetter ?? true), _ => false };

    protected override async Task OnParametersSetAsync()
    {
        var look = (Opened?.Id, View.Task?.Name, View.Reference, View.Round, Order, Page);
        if (look.Equals(_shown)) return;
        _shown = look;
        (_found, _fault) = (null, null);
        if (Opened is not { } run || View.Task is not { } task || ReferenceChoice.Parse(View.Reference) is not { } reference) return;
        try
        {
            var found = await Comparer.ReadAsync(run.Id, task.Name, reference, null, Order == "row" ? ExampleSort.Row : ExampleSort.Difference, IsDescending, Page * PageSize, PageSize, _gone.Token);
            if (look.Equals(_shown)) _found = found;
        }
        catch (Exception refused) when (refused is InvalidInputException or RunNotFoundException)
        {
            if (look.Equals(_shown)) _fault = refused.Message;
        }
    }

    private void Go(int page) => Navigation.SetQuery(("page", page == 0 ? null : page));

    private static string Cut(string? text) => text is null ? Format.Missing : text.Length > Long ? text[..Long] + "…" : text;

    private static string? Tone(double? difference, bool higherIsBetter) => difference is null or 0 ? null : difference > 0 == higherIsBetter ? "better" : "worse";

    private static string Glyph(double? difference, bool higherIsBetter) => Tone(difference, higherIsBetter) switch { "better" => "▲", "worse" => "▼", _ => "" };

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
