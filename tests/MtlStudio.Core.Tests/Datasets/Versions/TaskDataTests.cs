using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Datasets.Versions;

public sealed class TaskDataTests
{
    [Fact]
    public void Resolve_OpensVersionsAndFiles_WhenTheyAreThere()
    {
        using var folder = new TemporaryFolder();
        var made = folder.Import([new(folder.Write("train.csv", "text,label\nfine.,1\n"), "train"), new(folder.Write("test.tsv", "text\tlabel\nbad.\t0\n"), "test")]);
        var references = new DataRef[]
        {
            new() { Dataset = made.Manifest.Reference },
            new() { Dataset = Path.GetRelativePath(folder.Root, made.Folder) },
            new() { Train = "train.csv", Test = "test.tsv" },
        };
        foreach (var reference in references)
        {
            using var version = TaskData.Resolve(reference, "tasks[0].data", folder.Root, folder.Data, TestContext.Current.CancellationToken);
            Assert.Equal(made.Manifest.Hash, version.Manifest.Hash);
            Assert.Equal([1, 0, 1], SplitNames.All.Select(version.Count));
            Assert.Equal("bad.", version.Get("test", 0)["text"]);
            Assert.Equal("fine.", Assert.Single(version.Read("train"))["text"]);
        }
    }

    [Fact]
    public void OpenFiles_LeavesNothing_WhenClosed()
    {
        using var folder = new TemporaryFolder();
        string scratch;
        using (var version = DatasetVersion.OpenFiles(folder.Write("a.csv", "text,label\nfine.,1\n"), cancellation: TestContext.Current.CancellationToken))
            scratch = version.Folder;
        Assert.False(Directory.Exists(scratch));
    }

    [Fact]
    public void Resolve_TellsTheField_WhenSomethingIsWrong()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.jsonl", "{\"a\":1}\n");
        folder.Write("test.jsonl", "{\"a\":1}\n{\n");
        Check(new(), "tasks[2].data", "it names no data");
        Check(new() { Dataset = "x", Train = "y" }, "tasks[2].data", "both a dataset and files");
        Check(new() { Train = "none.jsonl" }, "tasks[2].data.train", "\"none.jsonl\" is not there");
        Check(new() { Dataset = "sha256:12" }, "tasks[2].data.dataset", "no content hash");
        Check(new() { Dataset = "." }, "tasks[2].data.dataset", "no dataset version");
        Check(new() { Train = "train.jsonl", Test = "test.jsonl" }, "tasks[2].data.test", "test.jsonl: line 2: it is not valid JSON");
        Directory.CreateDirectory(Path.Combine(folder.Root, "sub"));
        folder.Write("sub/train.jsonl", "{\n");
        Check(new() { Train = "train.jsonl", Validation = "sub/train.jsonl" }, "tasks[2].data.validation", "sub/train.jsonl: line 1: it is not valid JSON");

        void Check(DataRef reference, string field, string message)
        {
            var error = Assert.Single(Assert.Throws<InvalidInputException>(() => TaskData.Resolve(reference, "tasks[2].data", folder.Root, folder.Data)).Errors);
            Assert.Equal(field, error.Field);
            Assert.Contains(message, error.Message, StringComparison.Ordinal);
        }
    }
}
