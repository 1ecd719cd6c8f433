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
            return Told([(path, $"{field}.dataset")], () => DatasetVersion.Open(path));
        }
        if (data.Train is null)
            throw new InvalidInputException(field, "it names no data: give \"dataset\" (a content hash or folder), or \"train\" (a file)");
        var train = Find(data.Train, "train");
        var validation = data.Validation is null ? default : Find(data.Validation, "validation");
        var test = data.Test is null ? default : Find(data.Test, "test");
        return Told([train, validation, test], () => DatasetVersion.OpenFiles(train.Path, validation.Path, test.Path, cancellation));

        (string Path, string Field) Find(string reference, string split) =>
            (DataFolder.Resolve(reference, $"{field}.{split}", specFolder, folder, root => root.Root), $"{field}.{split}");
    }

    /// <summary>Tells faults of files under the fields that name them.</summary>
    private static DatasetVersion Told((string Path, string Field)[] files, Func<DatasetVersion> open)
    {
        try
        {
            return open();
        }
        catch (InvalidInputException fault)
        {
            throw new InvalidInputException([.. fault.Errors.Select(error =>
                new FieldError(files.FirstOrDefault(file => file.Path is not null && (error.Field == Path.GetFileName(file.Path) || error.Field.StartsWith(file.Path, StringComparison.Ordinal))).Field ?? files[0].Field,
                    $"{error.Field}: {error.Message}"))]);
        }
    }
}
