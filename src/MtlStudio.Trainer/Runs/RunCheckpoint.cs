using MtlStudio.Core.Runs;
using MtlStudio.Training.Loop;

namespace MtlStudio.Trainer.Runs;

/// <summary>A whole checkpoint of a run.</summary>
/// <param name="Folder">Where it lies.</param>
public sealed record RunCheckpoint(int Step, string Folder, CheckpointManifest Manifest)
{
    /// <summary>The checkpoint of a step, or the best by unified score (the newest where none has one).</summary>
    /// <param name="field">The option that a wrong step is blamed on.</param>
    /// <exception cref="InvalidInputException">There is none, or it is damaged.</exception>
    public static RunCheckpoint Find(RunFolder run, int? step, string field)
    {
        var all = CheckpointFiles.List(run);
        var whole = new List<RunCheckpoint>();
        string? fault = null;
        foreach (var (at, folder) in all.Where(found => step is null || found.Step == step))
            if (CheckpointFiles.Read(folder, out var wrong) is { } manifest) whole.Add(new(at, folder, manifest));
            else fault = wrong;
        if (whole.Count > 0)
        {
            var best = Retention.Best([.. whole.Select(found => new KeptCheckpoint(found.Step, found.Manifest.Scores))], Retention.Unified)?.Step ?? whole[0].Step;
            return whole.First(found => found.Step == best);
        }
        var others = all.Where(found => step is null || found.Step != step).Select(found => found.Step).Order().ToList();
        throw new InvalidInputException(step is null ? "--dir" : field, fault is not null
            ? $"The checkpoint{(step is null ? "s of this run are" : $" of step {step} is")} damaged ({fault}): {(others.Count > 0 ? $"choose among {string.Join(", ", others)}" : "train the run again")}"
            : step is null ? $"{run.Root} has no checkpoint yet: one comes every checkpoints.every steps, and at the end"
            : $"There is no checkpoint of step {step}: {(others.Count > 0 ? $"it may have been removed by retention; choose among {string.Join(", ", others)}" : "the run has none")}");
    }
}
