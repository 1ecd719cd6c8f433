using MtlStudio.Core.Datasets;
using MtlStudio.Core.IO;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Library;

public sealed class SpecImporterTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("mtl-library-").FullName;
    private readonly DataFolder data;

    public SpecImporterTests()
    {
        data = new DataFolder(Path.Combine(folder, "data"));
        data.Create();
        Directory.CreateDirectory(Path.Combine(folder, "model"));
        File.WriteAllText(Path.Combine(folder, "model", "config.json"), """{"model_type":"llama"}""");
        // An empty header, as short as the format allows.
        File.WriteAllBytes(Path.Combine(folder, "model", "model.safetensors"), [2, 0, 0, 0, 0, 0, 0, 0, (byte)'{', (byte)'}']);
        File.WriteAllText(Path.Combine(folder, "model", "pytorch_model.bin"), "pickle");
        File.WriteAllText(Path.Combine(folder, "train.jsonl"), "{\"q\":\"a\",\"a\":\"b\"}\n{\"q\":\"c\",\"a\":\"d\"}\n");
        File.WriteAllText(Path.Combine(folder, "test.jsonl"), "{\"q\":\"e\",\"a\":\"f\"}\n");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static RunSpec Spec => new()
    {
        Model = new() { Path = "model" },
        Tasks = [new() { Name = "qa", Data = new() { Train = "train.jsonl", Test = "test.jsonl", Limit = 1 }, Template = new() { Answer = "{a}" } }],
    };

    [Fact]
    public void Import_NamesEverythingByContent_WhenPathsAreRelative()
    {
        var imported = SpecImporter.Import(Spec, folder, data, Cancel);
        Assert.True(DataFolder.IsHash(imported.Model.Path));
        var task = imported.Tasks[0].Data;
        Assert.Null(task.Train);
        Assert.Equal(1, task.Limit);
        using var version = TaskData.Resolve(task, "data", folder, data, Cancel);
        Assert.Equal([2, 0, 1], SplitNames.All.Select(version.Count));
        Assert.Equal("qa", version.Manifest.Name);
        Assert.Equal(imported.Model.Path, SpecImporter.Import(imported, "/nowhere", data, Cancel).Model.Path);
    }

    [Fact]
    public void Import_TakesADatasetFolder_WhenOneOfItsSplitsIsEmpty()
    {
        var made = DatasetImporter.Import([new ImportFile(Path.Combine(folder, "train.jsonl"), "train")], new(), new DataFolder(Path.Combine(folder, "elsewhere")), cancellation: Cancel);
        var imported = SpecImporter.Import(Spec with { Tasks = [Spec.Tasks[0] with { Data = new() { Dataset = Path.GetRelativePath(folder, made.Folder) } }] }, folder, data, Cancel);
        Assert.Equal(made.Manifest.Reference, imported.Tasks[0].Data.Dataset);
        using var version = TaskData.Resolve(imported.Tasks[0].Data, "data", folder, data, Cancel);
        Assert.Equal([2, 0, 0], SplitNames.All.Select(version.Count));
    }

    [Fact]
    public void Import_GivesTheSameReferences_WhenImportedAgain()
    {
        var once = SpecImporter.Import(Spec, folder, data, Cancel);
        var again = SpecImporter.Import(Spec, folder, data, Cancel);
        Assert.Equal(once.Model.Path, again.Model.Path);
        Assert.Equal(once.Tasks[0].Data, again.Tasks[0].Data);
        Assert.Single(Directory.GetDirectories(data.Models));
        Assert.Equal(["config.json", "model.safetensors"], ModelImporter.List(data).Single().Files);
    }

    [Fact]
    public void Import_NamesEveryField_WhenModelAndDataAreMissing()
    {
        var spec = Spec with { Model = new() { Path = "other" }, Tasks = [Spec.Tasks[0] with { Data = new() { Train = "absent.jsonl" } }] };
        var errors = Assert.Throws<InvalidInputException>(() => SpecImporter.Import(spec, folder, data, Cancel)).Errors;
        Assert.Equal(["model.path", "tasks[0].data.train"], errors.Select(error => error.Field));
        Assert.Empty(Directory.GetFileSystemEntries(data.Models));
    }

    [Fact]
    public void Check_FindsNothing_WhenTheSpecWasImported() => Assert.Empty(SpecReferences.Check(SpecImporter.Import(Spec, folder, data, Cancel), data));

    [Fact]
    public void Check_NamesEveryField_WhenReferencesArePathsOrColumnsAreMissing()
    {
        Assert.Equal(["model.path", "tasks[0].data.train"], SpecReferences.Check(Spec, data).Select(error => error.Field));
        var imported = SpecImporter.Import(Spec, folder, data, Cancel);
        var wrong = imported with { Model = new() { Path = DataFolder.HashPrefix + new string('0', 64) }, Tasks = [imported.Tasks[0] with { Template = new() { Prompt = "{nothing}", Answer = "{a}" } }] };
        var errors = SpecReferences.Check(wrong, data);
        Assert.Equal(["model.path", "tasks[0].template.prompt"], errors.Select(error => error.Field));
        Assert.Contains("nothing", errors[1].Message);
    }
}
