using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Trainer.Runs;

/// <summary>Moves a spec to another folder: its relative paths then start from there.</summary>
public static class SpecPlacement
{
    public static RunSpec Rebase(RunSpec spec, string from, string to)
    {
        string? Move(string? reference) => string.IsNullOrEmpty(reference) || DataFolder.IsHash(reference) || Path.IsPathRooted(reference) ? reference
            : Path.GetRelativePath(Path.GetFullPath(to), Path.GetFullPath(reference, Path.GetFullPath(from)));
        return spec with
        {
            Model = spec.Model with { Path = Move(spec.Model.Path)!, Adapter = Move(spec.Model.Adapter) },
            Weighting = spec.Weighting.Reference is { } run && !ReferenceRun.IsNumber(run) ? spec.Weighting with { Reference = Move(run) } : spec.Weighting,
            Tasks = [.. spec.Tasks.Select(task => task with
            {
                Data = task.Data with { Dataset = Move(task.Data.Dataset), Train = Move(task.Data.Train), Validation = Move(task.Data.Validation), Test = Move(task.Data.Test) },
            })],
        };
    }
}
