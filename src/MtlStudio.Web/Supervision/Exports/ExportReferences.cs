using MtlStudio.Core.Exports;
using MtlStudio.Store;

namespace MtlStudio.Web.Supervision.Exports;

/// <summary>The single-task baselines' scores that a model card sets beside a run's own.</summary>
public sealed class ExportReferences(RunReader reader)
{
    /// <summary>On test where both this checkpoint and the baseline were scored there, else the baseline's own best on validation.</summary>
    public async Task<IReadOnlyList<CardReference>> OfAsync(Run run, int step, CancellationToken cancellation = default)
    {
        var tested = (await reader.ScoresAsync(run.Id, "test", cancellation: cancellation)).Where(row => row.Step == step).Select(row => row.Task).ToHashSet();
        var found = new List<CardReference>();
        foreach (var link in await reader.BaselinesAsync(run.Id, cancellation))
        {
            if (run.Tasks.FirstOrDefault(task => task.Name == link.Task) is not { } task) continue;
            var scores = (await reader.ScoresAsync(link.BaselineRunId, task: link.Task, cancellation: cancellation)).Where(row => row.Metric == task.PrimaryMetric && row.Step > 0 && double.IsFinite(row.Score)).ToList();
            var test = tested.Contains(link.Task) ? scores.LastOrDefault(row => row.Split == "test") : null;
            var validation = scores.Where(row => row.Split == "validation");
            if ((test ?? (task.HigherIsBetter ? validation.MaxBy(row => row.Score) : validation.MinBy(row => row.Score))) is { } best)
                found.Add(new(link.Task, best.Split, best.Score, $"single-task baseline, run {link.BaselineRunId}, step {best.Step}"));
        }
        return found;
    }
}
