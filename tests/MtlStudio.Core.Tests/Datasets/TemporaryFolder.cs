using System.Text;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Datasets;

/// <summary>A folder for one test, with a data folder inside.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("mtl-test-").FullName;

    public DataFolder Data => new(Path.Combine(Root, "data"));

    public string Write(string name, string text) => Write(name, new UTF8Encoding(false).GetBytes(text));

    public string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(Root, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    public ImportResult Import(string path, ImportOptions? options = null) => Import([new ImportFile(path, SplitNames.Train)], options);

    public ImportResult Import(IReadOnlyList<ImportFile> files, ImportOptions? options = null) =>
        DatasetImporter.Import(files, options ?? new ImportOptions(), Data, cancellation: TestContext.Current.CancellationToken);

    /// <summary>The faults of an import that must fail, after seeing that it left nothing.</summary>
    public IReadOnlyList<FieldError> Faults(IReadOnlyList<ImportFile> files, ImportOptions? options = null)
    {
        var errors = Assert.Throws<InvalidInputException>(() => Import(files, options)).Errors;
        Assert.Empty(Directory.EnumerateFileSystemEntries(Data.Datasets));
        return errors;
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
