using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>Holds what a spec refers to against the data folder, before anything is queued.</summary>
public static class SpecReferences
{
    /// <summary>Faults of a spec that a studio is asked to launch: paths instead of content hashes, things that are not there, templates whose columns the data lacks.</summary>
    public static IReadOnlyList<FieldError> Check(RunSpec spec, DataFolder data)
    {
        var errors = new List<FieldError>();
        CheckModel(spec.Model.Path, "model.path", data, errors);
        if (spec.Model.Adapter is { } adapter) CheckModel(adapter, "model.adapter", data, errors);
        if (spec.Weighting.Reference is { Length: > 0 } reference)
        {
            if (ReferenceRun.IsNumber(reference)) Collect(errors, () => ReferenceRun.Losses(reference, data.Root, data));
            else errors.Add(new("weighting.reference", $"\"{reference}\" is a path on some machine: name a run of this studio, as {ReferenceRun.Of(12)}"));
        }
        for (var i = 0; i < spec.Tasks.Count; i++)
        {
            var (task, at) = (spec.Tasks[i], $"tasks[{i}]");
            if (task.Data.Dataset is not { } dataset || !DataFolder.IsHash(dataset))
            {
                var (field, value) = task.Data.Dataset is { } path ? ("dataset", path) : ("train", task.Data.Train ?? "");
                errors.Add(new($"{at}.data.{field}", $"\"{value}\" is a path on some machine: import it (mtl import, or POST /api/v1/datasets) and name it by its hash, \"{DataFolder.HashPrefix}…\""));
                continue;
            }
            Collect(errors, () =>
            {
                using var version = TaskData.Resolve(task.Data, $"{at}.data", data.Root, data);
                errors.AddRange(TaskTemplate.Of(task, at).Check(version.Columns));
                if (version.Count(SplitNames.Train) == 0) errors.Add(new($"{at}.data.dataset", $"\"{version.Manifest.Name}\" has no training examples: import it with a train split"));
            });
        }
        return errors;
    }

    private static void CheckModel(string reference, string field, DataFolder data, List<FieldError> errors)
    {
        if (!DataFolder.IsHash(reference))
            errors.Add(new(field, $"\"{reference}\" is a path on some machine: import the folder (POST /api/v1/models) and name it by its hash, \"{DataFolder.HashPrefix}…\""));
        else Collect(errors, () => DataFolder.Resolve(reference, field, data.Root, data, root => root.Models));
    }

    private static void Collect(List<FieldError> errors, Action check)
    {
        try
        {
            check();
        }
        catch (InvalidInputException fault)
        {
            errors.AddRange(fault.Errors);
        }
    }
}
