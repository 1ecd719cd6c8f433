using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Datasets;

/// <summary>The rows that a task of a spec refers to.</summary>
public static class TaskData
{
    /// <param name="data">A dataset version or files.</param>
    /// <param name="field">The field's path in the spec, as <c>tasks[0].data</c>; faults are told under it.</param>
    /// <param name="specFolder">What paths are relative to.</param>
    /// <param name="folder">Where content hashes are found; null: none.</param>
    /// <param name="cancellation">Ends the reading of files.</param>
    /// <exception cref="InvalidInputException">Nothing or both are named, something is not there, or cannot be read.</exception>
    public static DatasetVersion Resolve(DataRef data, string field, string specFolder, DataFolder? folder, CancellationToken cancellation = default)
    {
        if (data.Dataset is { Length: > 0 } dataset)
        {
            if (data.Train is not null || data.Validation is not null || data.Test is not null)
                throw new InvalidInputException(field, "both a dataset and files are named: leave one of them out");
            var path = DataFolder.Resolve(dataset, $"{field}.dataset", specFolder, folder, root => root.Datasets);
            return Told(() => DatasetVersion.Open(path), _ => $"{field}.dataset");
        }
        if (data.Train is null)
            throw new InvalidInputException(field, "it names no data: give \"dataset\" (a content hash or folder), or \"train\" (a file)");
        var files = new[] { (data.Train, SplitNames.Train), (data.Validation, SplitNames.Validation), (data.Test, SplitNames.Test) }
            .Where(file => file.Item1 is not null)
            .Select(file => new ImportFile(DataFolder.Resolve(file.Item1!, $"{field}.{file.Item2}", specFolder, folder, root => root.Root), file.Item2, file.Item1)).ToList();
        return Told(() => DatasetVersion.OpenFiles(files, cancellation), name => $"{field}.{files.Find(file => file.DisplayName == name)?.Split ?? SplitNames.Train}");
    }

    /// <summary>Tells faults of files under the fields that name them.</summary>
    private static DatasetVersion Told(Func<DatasetVersion> open, Func<string, string> fieldOf)
    {
        try
        {
            return open();
        }
        catch (InvalidInputException fault)
        {
            throw new InvalidInputException([.. fault.Errors.Select(error => new FieldError(fieldOf(error.Field), $"{error.Field}: {error.Message}"))]);
        }
    }
}
