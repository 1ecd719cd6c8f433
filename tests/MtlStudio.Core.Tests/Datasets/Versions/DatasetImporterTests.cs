using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Datasets.Versions;

public sealed class DatasetImporterTests
{
    private const string Csv = "text,label\nfine.,1\n\"so, so\",0\nbad.,0\n";

    [Fact]
    public void Import_GivesTheSameVersion_WhenOnlyNameAndTimeDiffer()
    {
        using var folder = new TemporaryFolder();
        var first = folder.Import(folder.Write("first.csv", Csv), new() { Name = "first" });
        var again = folder.Import(folder.Write("again.tsv", "text\tlabel\nfine.\t1\nso, so\t0\nbad.\t0\n"), new() { Name = "again" });
        Assert.Equal((false, true), (first.AlreadyThere, again.AlreadyThere));
        Assert.Equal(first.Folder, again.Folder);
        Assert.Equal("first", again.Manifest.Name);
        Assert.Equal(Path.GetFileName(first.Folder), first.Manifest.Hash);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Data.Datasets));
    }

    [Fact]
    public void Import_HasAFixedHash_WhenContentIsFixed()
    {
        // Computed by hand from the definition in VersionHash: it must never change, since specs refer to it.
        using var folder = new TemporaryFolder();
        Assert.Equal("596650fe5fc684dcc4cc579dd2d9b17dd09f2d110c286d0b554778f48e4299e0", folder.Import(folder.Write("a.csv", Csv)).Manifest.Hash);
    }

    [Theory]
    [InlineData("text,label\nfine.,1\n\"so, so\",0\nbad.,1\n")]
    [InlineData("text,mark\nfine.,1\n\"so, so\",0\nbad.,0\n")]
    [InlineData("label,text\n1,fine.\n0,\"so, so\"\n0,bad.\n")]
    [InlineData("text,label\n\"so, so\",0\nfine.,1\nbad.,0\n")]
    public void Import_GivesAnotherVersion_WhenContentDiffers(string other)
    {
        using var folder = new TemporaryFolder();
        var first = folder.Import(folder.Write("a.csv", Csv));
        Assert.NotEqual(first.Manifest.Hash, folder.Import(folder.Write("b.csv", other)).Manifest.Hash);
    }

    [Fact]
    public void Import_GivesAnotherVersion_WhenAValueIsANumberAndNoText()
    {
        using var folder = new TemporaryFolder();
        var text = folder.Import(folder.Write("a.jsonl", "{\"a\":\"1\"}\n"));
        Assert.NotEqual(text.Manifest.Hash, folder.Import(folder.Write("b.jsonl", "{\"a\":1}\n")).Manifest.Hash);
    }

    [Fact]
    public void Import_WritesTheManifest_WhenDone()
    {
        using var folder = new TemporaryFolder();
        var train = folder.Write("train.csv", Csv);
        var test = folder.Write("test.csv", "text,label\nwell.,1\n");
        var made = folder.Import([new(test, "test"), new(train, "train", "reviews.csv")], new() { Name = "reviews" });
        var manifest = DatasetVersion.ReadManifest(made.Folder);
        Assert.Equal(["text", "label"], manifest.Columns);
        Assert.Equal([3, 0, 1], SplitNames.All.Select(split => manifest.Splits[split].Rows));
        Assert.Equal([("reviews.csv", "train", 3), ("test.csv", "test", 1)], manifest.Sources.Select(source => (source.Name, source.Split!, source.Rows)));
        Assert.Equal((DataFormat.Csv, ',', true), (manifest.Sources[0].Format.Format, manifest.Sources[0].Format.Delimiter, manifest.Sources[0].Format.HasHeader));
        Assert.Null(manifest.SplitRule);
        Assert.InRange(DateTimeOffset.FromUnixTimeMilliseconds(manifest.CreatedAt), DateTimeOffset.UtcNow.AddMinutes(-5), DateTimeOffset.UtcNow);
        Assert.Equal("sha256:" + manifest.Hash, manifest.Reference);
        Assert.Equal("{\"text\":\"fine.\",\"label\":\"1\"}\n{\"text\":\"so, so\",\"label\":\"0\"}\n{\"text\":\"bad.\",\"label\":\"0\"}\n", File.ReadAllText(Path.Combine(made.Folder, "train.jsonl")));
        Assert.Equal(4, Directory.EnumerateFiles(made.Folder).Count());
        Assert.Equal([manifest.Hash], DatasetVersion.All(folder.Data).Select(version => version.Hash));
    }

    [Fact]
    public void Import_RoundTrips_WhenItsOwnFilesAreImportedAgain()
    {
        using var folder = new TemporaryFolder();
        var rows = "{\"b\":\"\\\"q\\\" \\\\ \\n\\t\\u0001 😂 é\",\"n\":1.50,\"l\":[ \"\\u00e9\", 2, {\"k\": null} ],\"o\":{\"x\":true,\"y\":{\"z\":\"\"}}}\n{\"late\":false,\"b\":null}\n";
        var first = folder.Import(folder.Write("a.jsonl", rows));
        var again = folder.Import([.. SplitNames.All.Where(split => first.Manifest.Splits[split].Rows > 0).Select(split => new ImportFile(Path.Combine(first.Folder, $"{split}.jsonl"), split))]);
        Assert.Equal(first.Manifest.Hash, again.Manifest.Hash);
        using var version = DatasetVersion.Open(first.Folder);
        Assert.Equal(["b", "n", "l", "o.x", "o.y.z", "late"], version.Columns);
        var row = version.Get("train", 0);
        Assert.Equal("\"q\" \\ \n\t\u0001 😂 é", row["b"]);
        Assert.Equal(("1.50", "[\"é\",2,{\"k\":null}]", "true", "", ""), (row["n"], row["l"], row["o.x"], row["o.y.z"], row["late"]));
        Assert.Equal((true, false, true), (row[5].IsAbsent, row[4].IsAbsent, row[2].IsList));
        Assert.Equal(("", "false"), (version.Get("train", 1)["b"], version.Get("train", 1)["late"]));
    }

    [Fact]
    public void Import_GivesOneVersion_WhenTwoImportTheSameAtOnce()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.csv", Csv);
        var made = new ImportResult[8];
        Parallel.For(0, made.Length, i => made[i] = folder.Import(path));
        Assert.Single(made.Select(result => result.Folder).Distinct());
        Assert.Single(made, result => !result.AlreadyThere);
        Assert.Single(Directory.EnumerateFileSystemEntries(folder.Data.Datasets));
    }

    [Fact]
    public void Take_CopiesTheVersion_WhenItLiesElsewhere()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        var made = folder.Import(folder.Write("a.csv", Csv));
        using (var version = DatasetVersion.Open(made.Folder))
        {
            var taken = DatasetImporter.Take(version, other.Data, "other", TestContext.Current.CancellationToken);
            Assert.Equal((made.Manifest.Hash, "other", false), (taken.Manifest.Hash, taken.Manifest.Name, taken.AlreadyThere));
            Assert.True(DatasetImporter.Take(version, other.Data, cancellation: TestContext.Current.CancellationToken).AlreadyThere);
            Assert.Equal(File.ReadAllText(Path.Combine(made.Folder, "train.jsonl")), File.ReadAllText(Path.Combine(taken.Folder, "train.jsonl")));
        }
        using (var files = DatasetVersion.OpenFiles(Path.Combine(folder.Root, "a.csv"), cancellation: TestContext.Current.CancellationToken))
            Assert.True(DatasetImporter.Take(files, other.Data, cancellation: TestContext.Current.CancellationToken).AlreadyThere);
    }

    [Fact]
    public void Take_LeavesNothing_WhenTheVersionWasChanged()
    {
        using var folder = new TemporaryFolder();
        using var other = new TemporaryFolder();
        var made = folder.Import(folder.Write("a.csv", Csv));
        File.AppendAllText(Path.Combine(made.Folder, "train.jsonl"), "{\"text\":\"more\",\"label\":\"1\"}\n");
        using var version = DatasetVersion.Open(made.Folder);
        Assert.Contains("is damaged", Assert.Throws<InvalidInputException>(() => DatasetImporter.Take(version, other.Data, cancellation: TestContext.Current.CancellationToken)).Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(other.Data.Datasets));
    }

    [Fact]
    public void Import_RenamesColumns_WhenAsked()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.tsv", "One.\t1\nTwo.\t0\n");
        var named = folder.Import(path, new() { Read = new() { ColumnNames = ["text", "label"] } });
        var renamed = folder.Import(path, new() { Rename = new Dictionary<string, string> { ["column1"] = "text", ["column2"] = "label" } });
        Assert.Equal(["text", "label"], named.Manifest.Columns);
        Assert.Equal(named.Manifest.Hash, renamed.Manifest.Hash);
        Assert.Equal("a", named.Manifest.Name);
    }

    [Fact]
    public void Import_ReordersColumns_WhenFilesHaveThemInAnotherOrder()
    {
        using var folder = new TemporaryFolder();
        var made = folder.Import([new(folder.Write("train.csv", Csv), "train"), new(folder.Write("test.csv", "label,text\n1,well.\n"), "test")]);
        using var version = DatasetVersion.Open(made.Folder);
        Assert.Equal("well.", version.Get("test", 0)[0].Text);
    }

    [Fact]
    public void Import_ReportsProgress_WhenAsked()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", string.Concat(Enumerable.Repeat("{\"a\":1}\n", 5_000)));
        var seen = new List<ImportProgress>();
        DatasetImporter.Import([new ImportFile(path, "train")], new(), folder.Data, progress: new Collector(seen), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([2_000, 4_000, 5_000], seen.Select(progress => progress.Rows));
        Assert.Equal(40_000, seen[^1].Bytes);
        Assert.All(seen, progress => Assert.Equal(40_000, progress.TotalBytes));
    }

    [Fact]
    public void FromNames_TakesSplitsFromNames_WhenAllHaveOneAndOneTrains()
    {
        Assert.Equal(["train", "validation", "test"], ImportFile.FromNames(["x/train.csv", "reviews-dev.csv", "reviews_test.csv"]).Select(file => file.Split));
        Assert.Equal([null, null], ImportFile.FromNames(["train.csv", "more.csv"]).Select(file => file.Split));
        Assert.Equal([null, null], ImportFile.FromNames(["test.csv", "latest.csv"]).Select(file => file.Split));
    }

    [Fact]
    public void Open_SaysHowToMend_WhenTheVersionIsDamaged()
    {
        using var folder = new TemporaryFolder();
        var made = folder.Import(folder.Write("a.csv", Csv));
        Assert.Contains("no dataset version", Assert.Throws<InvalidInputException>(() => DatasetVersion.Open(folder.Root)).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(made.Folder, "test.jsonl"));
        Assert.Contains("test.jsonl is missing", Assert.Throws<InvalidInputException>(() => DatasetVersion.Open(made.Folder)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(made.Folder, "test.jsonl"), "");
        File.WriteAllText(Path.Combine(made.Folder, "train.jsonl"), "{\"text\":\"fine.\",\"label\":\"1\"}\n{\"tex");
        using (var version = DatasetVersion.Open(made.Folder))
            Assert.Contains("line 2: it is damaged", Assert.Throws<InvalidInputException>(() => version.Get("train", 1)).Message, StringComparison.Ordinal);
        File.WriteAllText(Path.Combine(made.Folder, "manifest.json"), "{");
        Assert.Contains("import the dataset again", Assert.Throws<InvalidInputException>(() => DatasetVersion.Open(made.Folder)).Message, StringComparison.Ordinal);
        Assert.Empty(DatasetVersion.All(folder.Data));
    }

    [Fact]
    public void Import_RemovesLeftovers_WhenAnImportWasKilledLongAgo()
    {
        using var folder = new TemporaryFolder();
        var old = Directory.CreateDirectory(Path.Combine(folder.Data.Datasets, ".import-old")).FullName;
        var young = Directory.CreateDirectory(Path.Combine(folder.Data.Datasets, ".import-young")).FullName;
        Directory.SetLastWriteTimeUtc(old, DateTime.UtcNow.AddDays(-2));
        folder.Import(folder.Write("a.csv", Csv));
        Assert.Equal((false, true), (Directory.Exists(old), Directory.Exists(young)));
    }

    private sealed class Collector(List<ImportProgress> seen) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value) => seen.Add(value);
    }
}
