using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Library;

/// <summary>Makes a spec independent of where its file lay: what it names by path is imported into the data folder, and named by content instead.</summary>
public static class SpecImporter
{
    /// <returns>The spec with content hashes for every model and dataset.</returns>
    /// <exception cref="InvalidInputException">Something named is not there or cannot be read; every fault under its field.</exception>
    public static RunSpec Import(RunSpec spec, string specFolder, DataFolder data, CancellationToken cancellation = default)
    {
        var errors = new List<FieldError>();
        var model = Try(errors, spec.Model, () => spec.Model with { Path = Model(spec.Model.Path, specFolder, data, cancellation) });
        var tasks = spec.Tasks.Select((task, i) => Try(errors, task, () => task with { Data = Data(task, $"tasks[{i}].data", specFolder, data, cancellation) })).ToList();
        return errors.Count > 0 ? throw new InvalidInputException(errors) : spec with { Model = model, Tasks = tasks };
    }

    private static string Model(string reference, string specFolder, DataFolder data, CancellationToken cancellation)
    {
        var folder = DataFolder.Resolve(reference, "model.path", specFolder, data, root => root.Models);
        if (DataFolder.IsHash(reference)) return reference;
        try
        {
            return ModelImporter.Import(folder, data, cancellation: cancellation).Reference;
        }
        catch (InvalidInputException fault)
        {
            throw new InvalidInputException("model.path", string.Join("; ", fault.Errors.Select(error => error.Message)));
        }
    }

    private static DataRef Data(TaskSpec task, string field, string specFolder, DataFolder data, CancellationToken cancellation)
    {
        using var version = TaskData.Resolve(task.Data, field, specFolder, data, cancellation);
        if (task.Data.Dataset is { } given && DataFolder.IsHash(given)) return task.Data;
        var made = DatasetImporter.Take(version, data, task.Data.Dataset is null ? task.Name : null, cancellation);
        return task.Data with { Dataset = made.Manifest.Reference, Train = null, Validation = null, Test = null };
    }

    private static T Try<T>(List<FieldError> errors, T otherwise, Func<T> make)
    {
        try
        {
            return make();
        }
        catch (InvalidInputException fault)
        {
            errors.AddRange(fault.Errors);
            return otherwise;
        }
    }
}
