using MtlStudio.Core.Catalog;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>Holds one task that is to be kept against catalog and data, apart from any run.</summary>
public static class TaskCheck
{
    private const string At = "tasks[0].";

    /// <summary>The task as it is kept: without name (its item's), share and loss weight (a mix's).</summary>
    public static TaskSpec Bare(TaskSpec task) => task with { Name = "", Share = 1, LossWeight = 1 };

    /// <summary>Every fault, by the field's path within the task, as <c>template.prompt</c>.</summary>
    /// <param name="data">Where the dataset that it names must lie.</param>
    public static IReadOnlyList<FieldError> Check(TaskSpec task, DataFolder data)
    {
        // A run of this one task, whose own faults cannot be the task's: an auxiliary task alone is fine here.
        var run = new RunSpec { Model = new() { Path = "-" }, Tasks = [Bare(task) with { Name = "task" }] };
        var errors = RunSpecValidator.Validate(run).Where(error => error.Field.StartsWith(At, StringComparison.Ordinal) && error.Field != At + "role" || IsUnknownRole(error, task))
            .Select(error => error with { Field = error.Field[At.Length..] }).ToList();
        if (task.Data.Dataset is not { Length: > 0 } dataset)
        {
            if (errors.All(error => !error.Field.StartsWith("data", StringComparison.Ordinal))) errors.Add(new("data.dataset", "A kept task names an imported dataset: import the files and name it by its hash, \"sha256:…\""));
            return errors;
        }
        if (!DataFolder.IsHash(dataset)) errors.Add(new("data.dataset", $"\"{dataset}\" is a path: import it and name the dataset by its hash, \"sha256:…\""));
        else Collect(errors, () => CheckColumns(task, data, errors));
        return errors;
    }

    private static bool IsUnknownRole(FieldError error, TaskSpec task) => error.Field == At + "role" && task.Role is not ("target" or "auxiliary");

    private static void CheckColumns(TaskSpec task, DataFolder data, List<FieldError> errors)
    {
        using var version = TaskData.Resolve(task.Data, "data", data.Root, data);
        foreach (var error in TaskTemplate.Of(task).Check(version.Columns))
            if (!errors.Contains(error)) errors.Add(error);
        if (version.Count(SplitNames.Train) == 0) errors.Add(new("data.dataset", $"\"{version.Manifest.Name}\" has no training examples: import it with a train split"));
    }

    private static void Collect(List<FieldError> errors, Action check)
    {
        try
        {
            check();
        }
        catch (InvalidInputException fault)
        {
            errors.AddRange(fault.Errors.Where(error => !errors.Contains(error)));
        }
    }
}
