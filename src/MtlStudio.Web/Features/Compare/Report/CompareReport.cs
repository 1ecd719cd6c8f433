using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Compare.Curves;
using MtlStudio.Web.Features.Compare.Samples;
using MtlStudio.Web.Features.Compare.Verdicts;
using MudBlazor;

namespace MtlStudio.Web.Features.Compare.Report;

/// <summary>One task's outputs of one example, in the lines' order.</summary>
public sealed record ReportSample(CompareTask Task, Sample Given, IReadOnlyList<(string Label, int? Place, Sample? Output)> Outputs);

/// <summary>All that the report says.</summary>
public sealed record ReportData(CompareView View, VerdictBook Book, IReadOnlyList<ChartPanel> Curves, string XTitle, IReadOnlyList<SpecDifference> Differences, IReadOnlyList<ReportSample> Samples, DateTimeOffset Made);

/// <summary>Gathers a comparison for those who cannot reach the studio. It reads as the page does: one picture, two ways to see it.</summary>
public sealed class CompareReport(CompareLoader loader, Comparer judge, CompareCurveReader curves, SampleReader samples, TimeProvider clock)
{
    private const int SamplesATask = 2, MostTasks = 24;

    /// <exception cref="RunNotFoundException">There is no such run.</exception>
    /// <param name="reference">"baseline", "untuned" or a run's number; null: baselines where there are any, else untuned.</param>
    public async Task<ReportData> ReadAsync(IReadOnlyList<long> runs, string? reference, bool groupSeeds, CancellationToken cancellation = default)
    {
        var set = await loader.LoadAsync(runs, cancellation);
        if (set.Missing.Count > 0) throw new RunNotFoundException(set.Missing[0]);
        var query = new CompareQuery { Runs = runs, Reference = reference, GroupSeeds = groupSeeds };
        var view = new CompareView(set, query, set.Lines(query), Breakpoint.Lg, 0);
        var book = VerdictBook.Of(view, await judge.CompareAsync(view.Ids, ReferenceChoice.Parse(view.Reference) ?? ReferenceChoice.Untuned, cancellation));
        view = view with { Book = book };
        var axis = CompareCurveReader.AxisOf(view, clock.GetUtcNow());
        List<CompareTask> tasks = [.. (book.Rows.Count > 0 ? book.Rows.Select(row => row.Task) : set.Tasks).Take(MostTasks)];
        var drawn = await curves.ReadAsync(new(view, tasks, CompareCurveReader.KindOf(view), axis, CompareInk.Variables), cancellation);
        var differences = SpecDifferences.Among([.. set.Runs.Select(run => run.Spec)]);
        var shown = new List<ReportSample>();
        foreach (var task in tasks) shown.AddRange(await SamplesAsync(view, task, cancellation));
        return new(view, book, drawn.Panels, axis.Title, differences, shown, clock.GetUtcNow());
    }

    private async Task<IReadOnlyList<ReportSample>> SamplesAsync(CompareView view, CompareTask task, CancellationToken cancellation)
    {
        List<CompareRun> runs = [.. view.Lines.Select(line => line.Runs[0]).Where(run => run.Tasks.Any(own => own.Name == task.Name))];
        var found = new List<ReportSample>();
        int? example = null;
        for (var i = 0; i < SamplesATask; i++)
        {
            var set = await samples.ReadAsync(new([.. runs.Select(run => run.Id)], [], task.Name, null, example, null), cancellation);
            if (set.Outputs.Count == 0) break;
            found.Add(new(task, set.Outputs.Values.First(), [.. runs.Select(run => (view.LineOf(run.Id).Label, view.LineOf(run.Id).Place, set.Outputs.GetValueOrDefault(run.Id)))]));
            var next = set.Examples.ToList().IndexOf(set.Example!.Value) + 1;
            if (next >= set.Examples.Count) break;
            example = set.Examples[next];
        }
        return found;
    }
}
