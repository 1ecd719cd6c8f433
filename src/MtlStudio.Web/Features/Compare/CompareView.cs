using MtlStudio.Web.Features.Compare.Verdicts;
using MudBlazor;

namespace MtlStudio.Web.Features.Compare;

/// <summary>Cascaded to the parts of the page: the runs as they stand and what the address asks for.</summary>
/// <param name="Size">How wide the window is.</param>
/// <param name="Round">Rises whenever the runs are read anew.</param>
public sealed record CompareView(CompareSet Set, CompareQuery Query, IReadOnlyList<CompareLine> Lines, Breakpoint Size, int Round)
{
    /// <summary>What the scores say beside the reference; null while it is worked out.</summary>
    public VerdictBook? Book { get; init; }

    /// <summary>Of the browser's window, in pixels.</summary>
    public int Window { get; init; } = 1440;

    public bool IsPhone => Size == Breakpoint.Xs;

    /// <summary>What is left in a panel of the page for a figure, in pixels: without the rail, the page's and the panel's padding, and a scroll bar.</summary>
    public int FigureWidth => Math.Clamp(Window - (Window < 640 ? 66 : (Window < 1100 ? 56 : 184) + 98), 280, 1400);

    /// <summary>"baseline", "untuned" or a run's number.</summary>
    public string Reference => Query.Reference ?? (Set.HasBaselines ? CompareReference.Baseline : CompareReference.Untuned);

    public IReadOnlyList<long> Ids => [.. Set.Runs.Select(run => run.Id)];

    /// <summary>Runs whose outputs are worth a review side by side: one a line, of a seed that all lines have, for runs of one seed keep the outputs of the same examples.</summary>
    public IReadOnlyList<long> ToReview
    {
        get
        {
            if (Lines.Count < 2) return [.. Ids.Take(MostReviewed)];
            List<CompareLine> lines = [.. Lines.OrderBy(line => line.Place ?? int.MaxValue).Take(MostReviewed)];
            var shared = lines.Select(line => line.Runs.Select(run => run.Spec.Seed)).Aggregate((one, other) => one.Intersect(other)).Order().Take(1).ToList();
            return [.. lines.Select(line => (line.Runs.FirstOrDefault(run => shared.Contains(run.Spec.Seed)) ?? line.Runs[0]).Id)];
        }
    }

    /// <summary>A review sets at most so many outputs side by side.</summary>
    private const int MostReviewed = 4;

    /// <summary>The chosen task, or the first.</summary>
    public CompareTask? Task => Set.Tasks.FirstOrDefault(task => task.Name == Query.Task) ?? (Set.Tasks.Count > 0 ? Set.Tasks[0] : null);

    public CompareLine LineOf(long run) => Lines.First(line => line.Runs.Any(member => member.Id == run));
}

/// <summary>What scores stand beside, as the address and the API have it.</summary>
public static class CompareReference
{
    public const string Baseline = "baseline", Untuned = "untuned";

    /// <summary>A run's number, or null where the word is another.</summary>
    public static long? Run(string reference) => long.TryParse(reference, out var id) ? id : null;

    /// <summary>As a sentence says it.</summary>
    public static string Words(string reference) => reference switch { Baseline => "single-task baselines", Untuned => "the untuned model", _ => $"run {reference}" };
}
