using System.Text;
using System.Text.Json;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Datasets.Versions;

/// <summary>Every bad file: a message with file, line and cure, and nothing left in the data folder.</summary>
public sealed class BadFilesTests
{
    public static TheoryData<string, string, string[]> Texts => new()
    {
        { "header.csv", "text,label\n", ["it has a header but no rows"] },
        { "blank.jsonl", "\n \n", ["it has no rows"] },
        { "none.json", "[ ]", ["it has no rows"] },
        { "twice.csv", "text,label,text\na,b,c\n", ["line 1: the column \"text\" comes more than once: rename it in the file"] },
        { "ragged.csv", "text,label\nfine,1\nbad\ngood,1,2\n", ["line 3: it has 1 field, but the header has 2", "line 4: it has 3 fields, but the header has 2"] },
        { "ragged.tsv", "One sentence.\t1\nAnother one.\t0\t5\n", ["line 2: it has 3 fields, but the first row has 2"] },
        { "after-break.csv", "text,label\n\"two\nlines\",1\nbad\n", ["line 4: it has 1 field"] },
        { "unclosed.csv", "text,label\nfine,1\n\"never closed,1\nfine,0\n", ["line 3: a quoted field is not closed"] },
        { "early.csv", "text,label\n\"a \"quote\" inside\",1\n", ["line 2: a quoted field is not closed, or text follows its closing quote"] },
        { "broken.jsonl", "{\"text\":\"a\"}\n{\"text\":\n{\"text\":\"b\"}\n[1]\n\"x\"\n", ["line 2: it is not valid JSON", "line 4: it is a list, but a row must be a JSON object", "line 5: it is a string"] },
        { "keys.jsonl", "{\"a\":1,\"a\":2}\n{\"b.c\":1,\"b\":{\"c\":2}}\n{\"\":1}\n", ["line 1: the key \"a\" comes twice", "line 2: the key \"b.c\" comes twice", "line 3: a key has 0 characters"] },
        { "half.jsonl", "{\"text\":\"\\ud83d\"}\n", ["line 1: a string holds half a surrogate pair"] },
        { "cut.json", "[{\"text\":\"a\"},\n{\"text\":\"b", ["line 2: the file ends inside a row"] },
        { "comma.json", "[{\"text\":\"a\"}\n{\"text\":\"b\"}]", ["line 2: a comma or the closing ] is missing"] },
        { "broken.json", "[{\"text\":\"a\"},\n\n{\"text\":b}]", ["line 3: the JSON here is not valid"] },
        { "more.json", "[{\"text\":\"a\"}]\n[]", ["line 2: text follows the closing ]"] },
        { "deep.jsonl", "{\"text\":\"a\"}\n{\"text\":" + new string('[', 100_000) + new string(']', 100_000) + "}\n", ["line 2: objects and lists lie more than 64 deep"] },
        { "deep.json", "[{\"text\":\"a\"},\n{\"text\":" + Repeat("{\"a\":", 100_000), ["line 2: objects and lists lie more than 64 deep"] },
        { "wide.jsonl", "{\"text\":\"a\"}\n{" + string.Join(',', Enumerable.Range(0, 2_500).Select(i => $"\"c{i}\":1")) + "}\n", ["line 2: \"c1999\" makes more than 2,000 columns"] },
        { "list.json", "[\"a\",\n3]", ["line 1: it is a string, but a row must be a JSON object", "line 2: it is a number"] },
    };

    private static string Repeat(string text, int count) => string.Concat(Enumerable.Repeat(text, count));

    [Theory]
    [MemberData(nameof(Texts))]
    public void Import_NamesFileLineAndCure_WhenTextIsBad(string name, string text, string[] expected)
    {
        using var folder = new TemporaryFolder();
        var errors = folder.Faults([new ImportFile(folder.Write(name, text), "train")]);
        Assert.Equal(expected.Length, errors.Count);
        foreach (var (error, message) in errors.Zip(expected))
        {
            Assert.Equal(name, error.Field);
            Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
            Assert.Contains(":", error.Message, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("latin1.csv", "text,label\nfine,1\nsm\u00f6rg\u00e5s,0\n", "latin1", "line 3: byte 20 (0xF6) is not valid utf-8: save the file as UTF-8, or name its encoding")]
    [InlineData("cut.txt", "h\u00e9", "latin1", "line 1: byte 1 (0xE9) is not valid utf-8")]
    public void Import_NamesLineAndByte_WhenTheEncodingIsWrong(string name, string text, string encoding, string expected)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write(name, Encoding.GetEncoding(encoding).GetBytes(text));
        var error = Assert.Single(folder.Faults([new ImportFile(path, "train")]));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
        using var version = DatasetVersion.Open(folder.Import(path, new() { Read = new() { Encoding = encoding } }).Folder);
        Assert.Equal(text.Split('\n', ',')[^(text.EndsWith('\n') ? 3 : 1)], version.Read("train").Last()[version.Columns[0]]);
    }

    [Fact]
    public void Import_FindsTheByte_WhenItLiesFarInTheFile()
    {
        using var folder = new TemporaryFolder();
        var lines = string.Concat(Enumerable.Range(0, 20_000).Select(i => $"{{\"text\":\"dörr {i}\"}}\n"));
        byte[] bytes = [.. Encoding.UTF8.GetBytes(lines), .. "{\"text\":\""u8, 0xFF, .. "\"}\n"u8];
        var error = Assert.Single(folder.Faults([new ImportFile(folder.Write("far.jsonl", bytes), "train")]));
        Assert.StartsWith($"line 20001: byte {bytes.Length - 4} (0xFF) is not valid utf-8", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("long.jsonl", "{\"text\":\"a\"}\n{\"text\":\"")]
    [InlineData("long.csv", "text,label\nx,\"")]
    [InlineData("long.json", "[{\"text\":\"a\"},\n{\"text\":\"")]
    public void Import_NamesTheLine_WhenItHas50Megabytes(string name, string start)
    {
        using var folder = new TemporaryFolder();
        var bytes = new byte[start.Length + 50_000_000];
        bytes.AsSpan().Fill((byte)'x');
        Encoding.ASCII.GetBytes(start).CopyTo(bytes, 0);
        var path = folder.Write(name, bytes);
        var error = Assert.Single(folder.Faults([new ImportFile(path, "train")]));
        Assert.StartsWith("line 2: it is longer than 32 MiB", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_TellsTheFaultsOfAllFiles_WhenSeveralAreBad()
    {
        using var folder = new TemporaryFolder();
        var errors = folder.Faults(
        [
            new ImportFile(folder.Write("train.jsonl", "{\"a\":1}\n{\n"), "train"),
            new ImportFile(folder.Write("test.jsonl", "{\"a\":1}\n\n}\n"), "test", "my test.jsonl"),
        ]);
        Assert.Equal(["train.jsonl", "my test.jsonl"], errors.Select(error => error.Field));
        Assert.StartsWith("line 3: ", errors[1].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_StopsAfterTwentyFaults_WhenEveryRowIsBad()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", string.Concat(Enumerable.Repeat("no\n", 1000)));
        Assert.Equal(DatasetLimits.Faults, folder.Faults([new ImportFile(path, "train")]).Count);
    }

    [Theory]
    [InlineData("a.csv", "text,label\nfine,1\nbad\ngood,1\nfair,0\nno,1,2\n", 3, new long[] { 3, 6 })]
    [InlineData("a.jsonl", "{\"text\":\"a\"}\nno\n{\"text\":\"b\"}\n[1]\n", 2, new long[] { 2, 4 })]
    [InlineData("a.json", "[{\"text\":\"a\"},\n\"x\",\n{\"text\":\"b\"}]", 2, new long[] { 2 })]
    public void Import_LeavesBadRowsOut_AndListsThem_WhenAskedTo(string name, string text, int rows, long[] lines)
    {
        using var folder = new TemporaryFolder();
        var result = folder.Import(folder.Write(name, text), new() { SkipBadRows = true });
        Assert.Equal((rows, lines.Length), (result.Manifest.Splits[SplitNames.Train].Rows, result.Manifest.Skipped));
        var listed = File.ReadAllLines(Path.Combine(result.Folder, DatasetManifest.SkippedFileName)).Select(line => JsonSerializer.Deserialize<SkippedRow>(line, WireJson.Compact)!).ToList();
        Assert.Equal(lines, listed.Select(row => row.Line));
        Assert.All(listed, row => Assert.Equal(name, row.File));
        Assert.All(listed, row => Assert.StartsWith("it ", row.Message, StringComparison.Ordinal));
        Assert.Equal(lines.Length, DatasetVersion.ReadManifest(result.Folder).Sources[0].Skipped);
    }

    [Theory]
    [InlineData("mostly.csv", "text,label\nfine,1\nbad\nbad\n", "2 of its 3 rows cannot be read, too many to leave them out")]
    [InlineData("all.jsonl", "no\nno\n", "2 of its 2 rows cannot be read")]
    [InlineData("unclosed.csv", "text,label\nfine,1\n\"never closed,1\nfine,0\nfine,0\n", "line 3: a quoted field is not closed")]
    public void Import_IsRefused_WhenLeavingOutWouldLoseMoreThanBadRows(string name, string text, string expected)
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Single(folder.Faults([new ImportFile(folder.Write(name, text), "train")], new() { SkipBadRows = true }));
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_WritesNoList_WhenNothingIsBad()
    {
        using var folder = new TemporaryFolder();
        var result = folder.Import(folder.Write("a.csv", "text,label\nfine,1\n"), new() { SkipBadRows = true });
        Assert.False(File.Exists(Path.Combine(result.Folder, DatasetManifest.SkippedFileName)));
    }

    [Fact]
    public void Import_RefusesFilesWithOtherColumns_WhenTheyAreOneDataset()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Single(folder.Faults(
        [
            new ImportFile(folder.Write("train.csv", "text,label\nfine.,1\n"), "train"),
            new ImportFile(folder.Write("test.csv", "text,category\nfine.,1\n"), "test"),
        ]));
        Assert.Equal("test.csv", error.Field);
        Assert.StartsWith("it has the columns text, category, but train.csv has text, label", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nulls.jsonl", "{\"text\":null,\"label\":\"a\"}\n{\"text\":\"x\",\"label\":null}\n{\"text\":null,\"label\":null}\n")]
    [InlineData("nulls.json", "[{\"text\":null,\"label\":\"a\"},{\"text\":\"x\"},{\"label\":null,\"text\":null}]")]
    public void Import_KeepsRowsWithoutValues_WhenColumnsAreNull(string name, string text)
    {
        using var folder = new TemporaryFolder();
        using var version = DatasetVersion.Open(folder.Import(folder.Write(name, text)).Folder);
        var rows = version.Read(SplitNames.Train).ToList();
        Assert.Equal([("", "a"), ("x", ""), ("", "")], rows.Select(row => (row["text"], row["label"])));
    }

    [Theory]
    [InlineData("../../outside.csv")]
    [InlineData("/etc/outside.csv")]
    [InlineData("..\\outside.csv")]
    public void Import_WritesInTheDataFolderAlone_WhateverAFileCallsItself(string name)
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("given.csv", "text,label\nfine,1\ngood,0\n");
        var before = Directory.EnumerateFileSystemEntries(folder.Root).Order().ToList();
        folder.Import([new ImportFile(path, SplitNames.Train, name)]);
        Assert.Equal(before.Append(folder.Data.Root).Distinct().Order(), Directory.EnumerateFileSystemEntries(folder.Root).Order());
        Assert.False(File.Exists(Path.Combine(Path.GetTempPath(), "outside.csv")) || File.Exists("/etc/outside.csv"));
    }

    [Fact]
    public void Import_RefusesDamagedParquet_WhenItIsCut()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(SharedFolder.Need("data/math-gsm8k/validation.parquet"));
        var error = Assert.Single(folder.Faults([new ImportFile(folder.Write("cut.parquet", whole[..(whole.Length / 2)]), "train")]));
        Assert.StartsWith("it cannot be read as Parquet", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_NamesTheOption_WhenOptionsAreBad()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.csv", "text,label\nfine.,1\nbad.,0\n");
        Check([], new(), "files");
        Check([new(path, "dev")], new(), "a.csv");
        Check([new(path, "test")], new(), "files");
        Check([new(path)], new() { Split = new() { Validation = 1.5, Test = double.NaN } }, "split.validation", "split.test");
        Check([new(path)], new() { Split = new() { Validation = 0.5, Test = 0.5 } }, "split");
        Check([new(path)], new() { Split = new() { StratifyBy = "colour" } }, "split.stratifyBy");
        Check([new(path)], new() { Read = new() { Encoding = "ebcdic" } }, "encoding");
        Check([new(path)], new() { Read = new() { ColumnNames = ["one"] } }, "a.csv");
        Check([new(path)], new() { Rename = new Dictionary<string, string> { ["colour"] = "text" } }, "rename");
        Check([new(path)], new() { Rename = new Dictionary<string, string> { ["label"] = "text" } }, "a.csv");
        Check([new(path)], new() { Rename = new Dictionary<string, string> { ["label"] = "" } }, "rename");
        Check([new(path)], new() { Split = new() { Validation = 0.9, Test = 0 } }, "split");

        void Check(ImportFile[] files, ImportOptions options, params string[] fields) =>
            Assert.Equal(fields, folder.Faults(files, options).Select(error => error.Field));
    }

    [Fact]
    public void Import_LeavesNothing_WhenCancelled()
    {
        using var folder = new TemporaryFolder();
        var path = folder.Write("a.jsonl", "{\"a\":1}\n");
        Assert.Throws<OperationCanceledException>(() =>
            DatasetImporter.Import([new ImportFile(path, "train")], new(), folder.Data, cancellation: new CancellationToken(canceled: true)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Data.Datasets));
    }
}
