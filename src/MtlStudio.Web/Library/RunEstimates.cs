using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Estimates;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Library;

/// <summary>What a run will do and take, before it does.</summary>
/// <param name="Tasks">Shares, examples and passes, in the spec's order.</param>
/// <param name="Trained">Parameters that are trained.</param>
/// <param name="Parameters">Of the whole model.</param>
/// <param name="MicroBatches">Of the whole run.</param>
/// <param name="MicroBatchCost">Operations of one, as <see cref="StepCost"/> counts them.</param>
/// <param name="Scored">Examples that are evaluated, all tasks and evaluations together.</param>
public sealed record RunEstimate(IReadOnlyList<TaskPlan> Tasks, long Trained, long Parameters, MemoryEstimate Memory, long MicroBatches, double MicroBatchCost, long Scored)
{
    /// <summary>How long it takes at a measured pace, evaluations included.</summary>
    public TimeSpan Time(MeasuredPace pace) =>
        TimeSpan.FromSeconds(TimeEstimate.Seconds(MicroBatchCost, MicroBatches, pace.Rate) + Scored * pace.SecondsPerScored * Parameters / Math.Max(1, pace.Parameters));

    /// <summary>How long the baselines of some tasks take: each trains its own share of the micro-batches and is evaluated on its own task.</summary>
    public TimeSpan Time(MeasuredPace pace, IEnumerable<string> baselines) =>
        baselines.Aggregate(TimeSpan.Zero, (sum, task) => sum + (Tasks.FirstOrDefault(plan => plan.Task == task) is not { } own ? TimeSpan.Zero
            : (this with { MicroBatches = (long)(MicroBatches * own.Share), Scored = Scored / Tasks.Count }).Time(pace)));
}

/// <summary>How fast a finished run went on a kind of device.</summary>
/// <param name="Run">Which one.</param>
/// <param name="Rate">Operations a second of training.</param>
/// <param name="SecondsPerScored">Seconds an evaluated example, checkpoints included.</param>
public sealed record MeasuredPace(long Run, double Rate, double SecondsPerScored, long Parameters);

/// <summary>Estimates runs from the headers of their models, the sizes of their data, and finished runs of this studio.</summary>
public sealed class RunEstimates(DataFolder data, IDbContextFactory<StudioContext> contexts, MetricReader metrics)
{
    /// <summary>Finished runs among which the one most like the new run is sought.</summary>
    private const int Considered = 30;

    // By content hash: what is named so never changes.
    private readonly ConcurrentDictionary<string, ModelShapes> shapes = new();
    private readonly ConcurrentDictionary<string, (int Train, int Validation)> sizes = new();

    /// <exception cref="InvalidInputException">Something the spec names is not there, or does not fit.</exception>
    public RunEstimate Of(RunSpec spec)
    {
        var model = shapes.GetOrAdd(spec.Model.Path, reference => ModelShapes.Read(DataFolder.Resolve(reference, "model.path", data.Root, data, root => root.Models)));
        var rows = spec.Tasks.Select((task, i) => Size(task.Data, $"tasks[{i}].data.dataset")).ToList();
        var footprint = RunFootprint.Of(spec, model);
        var evaluations = 2 + (spec.Evaluation.Every > 0 ? (spec.Training.Steps - 1) / spec.Evaluation.Every : 0);
        var scored = rows.Sum(row => (long)(spec.Evaluation.Examples > 0 ? Math.Min(spec.Evaluation.Examples, row.Validation) : row.Validation)) * evaluations;
        return new(
            MixEstimate.Of(spec, [.. spec.Tasks.Select((task, i) => Math.Min(rows[i].Train, task.Data.Limit ?? int.MaxValue))]),
            footprint.Trained.Parameters, model.Parameters, footprint.Memory, footprint.MicroBatches, footprint.MicroBatchCost, scored);
    }

    /// <summary>The pace of the finished run that is most like the new one (model, adapter, shape of a step; then the newest); null where none has finished on that kind of device.</summary>
    public async Task<MeasuredPace?> PaceForAsync(RunSpec spec, CancellationToken cancellation = default)
    {
        await using var context = await contexts.CreateDbContextAsync(cancellation);
        var finished = await context.Runs.AsNoTracking()
            .Where(run => run.State == RunState.Finished && run.DeviceKind == spec.Device.Kind && run.Attempt == 1 && run.BaselineTask == null && run.StartedAt != null && run.EndedAt != null)
            .OrderByDescending(run => run.Id).Take(Considered).ToListAsync(cancellation);
        foreach (var run in finished.Select(run => (Run: run, Spec: run.ReadSpec())).OrderByDescending(pair => Likeness(pair.Spec, spec)).ThenByDescending(pair => pair.Run.Id))
            if (await PaceOfAsync(run.Run, run.Spec, cancellation) is { } pace) return pace;
        return null;
    }

    private async Task<MeasuredPace?> PaceOfAsync(Run run, RunSpec spec, CancellationToken cancellation)
    {
        var steps = (await metrics.PointsAsync(run.Id, new PointsQuery { Series = [SeriesNames.StepSeconds], MaxPoints = 1000 }, cancellation))[0].Mean.Where(double.IsFinite).ToList();
        if (steps.Count == 0) return null;
        try
        {
            var own = Of(spec);
            var training = steps.Average() * spec.Training.Steps;
            if (training <= 0) return null;
            var beside = Math.Max(0, (run.EndedAt!.Value - run.StartedAt!.Value).TotalSeconds - training);
            return new(run.Id, TimeEstimate.Rate(own.MicroBatchCost, own.MicroBatches, training), beside / Math.Max(1, own.Scored), own.Parameters);
        }
        catch (InvalidInputException)
        {
            // Its model or data was deleted since.
            return null;
        }
    }

    private static int Likeness(RunSpec one, RunSpec other) =>
        (one.Model.Path == other.Model.Path ? 4 : 0) + (one.Peft.Name == other.Peft.Name ? 2 : 0)
        + (one.Training.Precision == other.Training.Precision ? 2 : 0) + (one.Training.MicroBatch == other.Training.MicroBatch && one.Training.MaxLength == other.Training.MaxLength ? 1 : 0);

    private (int Train, int Validation) Size(DataRef dataset, string field) => sizes.GetOrAdd(dataset.Dataset ?? "", reference =>
    {
        var splits = DatasetVersion.ReadManifest(DataFolder.Resolve(reference, field, data.Root, data, root => root.Datasets)).Splits;
        return (Rows(splits, SplitNames.Train), Rows(splits, SplitNames.Validation));
    });

    private static int Rows(IReadOnlyDictionary<string, SplitFile> splits, string split) => splits.TryGetValue(split, out var file) ? file.Rows : 0;
}
