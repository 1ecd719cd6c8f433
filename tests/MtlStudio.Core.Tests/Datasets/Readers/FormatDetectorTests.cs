using System.Text;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Tests.Datasets.Readers;

public sealed class FormatDetectorTests
{
    [Theory]
    [InlineData("a.csv", "text,label\nfine,1\nbad,0\n", DataFormat.Csv, ',', true, Quoting.Rfc4180)]
    [InlineData("a.csv", "text;label\nfine, really;1\nbad;0\n", DataFormat.Csv, ';', true, Quoting.Rfc4180)]
    [InlineData("a.csv", "text|label\nfine|1\n", DataFormat.Csv, '|', true, Quoting.Rfc4180)]
    [InlineData("a.csv", "text\nfine\nbad\n", DataFormat.Csv, ',', true, Quoting.Rfc4180)]
    [InlineData("a.csv", "The food was cold.,0\nGreat.,1\n", DataFormat.Csv, ',', false, Quoting.Rfc4180)]
    [InlineData("a.tsv", "ham\tsee you\nspam\tfree entry\nham\tok\n", DataFormat.Tsv, '\t', false, Quoting.None)]
    [InlineData("a.tsv", "dog\thund\ncat\tkatt\n", DataFormat.Tsv, '\t', false, Quoting.None)]
    [InlineData("a.tsv", "id\ttext\n1\t\"two \"\"words\"\" here\"\n2\tplain\n", DataFormat.Tsv, '\t', true, Quoting.Rfc4180)]
    [InlineData("a.tsv", "id\ttext\n1\t\"two \"\"words\"\" here\"\n2\ta \"stray\" one\n", DataFormat.Tsv, '\t', true, Quoting.None)]
    [InlineData("a.tsv", "id\ttext\n1\t\"only one\"\n2\tplain\n3\tplain\n4\tplain\n", DataFormat.Tsv, '\t', true, Quoting.None)]
    [InlineData("a.txt", "One sentence.\t1\nAnother one.\t0\n", DataFormat.Tsv, '\t', false, Quoting.None)]
    [InlineData("a.txt", "One sentence.\nAnother,\tone.\n", DataFormat.Text, null, false, Quoting.None)]
    [InlineData("a.data", "{\"a\":1}\n{\"a\":2}\n", DataFormat.Jsonl, null, false, Quoting.None)]
    [InlineData("a.json", "{\"a\":1}\n{\"a\":2}\n", DataFormat.Jsonl, null, false, Quoting.None)]
    [InlineData("a.json", " [\n {\"a\": 1}]", DataFormat.Json, null, false, Quoting.None)]
    [InlineData("a.ndjson", "{\"a\":1}", DataFormat.Jsonl, null, false, Quoting.None)]
    public void Detect_FindsTheDialect_WhenNothingIsGiven(string name, string text, DataFormat format, char? delimiter, bool header, Quoting quoting)
    {
        using var folder = new TemporaryFolder();
        var found = FormatDetector.Detect(folder.Write(name, text));
        Assert.Equal((format, delimiter, header, quoting, "utf-8"), (found.Format, found.Delimiter, found.HasHeader, found.Quoting, found.Encoding));
        Assert.Equal(found.IsDelimited ? 5 : 2, found.Reasons.Count);
    }

    [Fact]
    public void Detect_TakesWhatIsGiven_WhenItWouldFindOtherwise()
    {
        using var folder = new TemporaryFolder();
        var given = new ReadOptions { Format = DataFormat.Csv, Delimiter = '#', HasHeader = false, Quoting = Quoting.None, Encoding = "latin1", ColumnNames = ["x", "y"] };
        var found = FormatDetector.Detect(folder.Write("a.tsv", "text#label\nfine#1\n"), given);
        Assert.Equal((DataFormat.Csv, '#', false, Quoting.None, "latin1"), (found.Format, found.Delimiter, found.HasHeader, found.Quoting, found.Encoding));
        Assert.Equal(["x", "y"], found.ColumnNames);
    }

    [Theory]
    [InlineData("utf-16", true, "utf-16le")]
    [InlineData("utf-16", false, "utf-16le")]
    [InlineData("utf-16BE", true, "utf-16be")]
    [InlineData("utf-16BE", false, "utf-16be")]
    [InlineData("utf-8", true, "utf-8")]
    public void Detect_FindsTheEncoding_WhenBytesShowIt(string encoding, bool mark, string expected)
    {
        using var folder = new TemporaryFolder();
        var writer = Encoding.GetEncoding(encoding);
        var bytes = writer.GetBytes("text,label\nsmörgås,1\n");
        var path = folder.Write("a.csv", mark ? [.. writer.GetPreamble(), .. bytes] : bytes);
        Assert.Equal(expected, FormatDetector.Detect(path).Encoding);
        using var version = DatasetVersion.Open(folder.Import(path).Folder);
        Assert.Equal(["text", "label"], version.Columns);
        Assert.Equal("smörgås", version.Get(SplitNames.Train, 0)["text"]);
    }

    [Fact]
    public void DetectAll_JudgesFilesTogether_WhenOneShowsWhatAnotherLacks()
    {
        using var folder = new TemporaryFolder();
        var train = folder.Write("train.tsv", "good\tA \"stray\" quote.\nbad\tNo.\n");
        var test = folder.Write("test.tsv", "good\t\"All \"\"quoted\"\" well\"\n");
        var found = FormatDetector.DetectAll([(train, "train.tsv"), (test, "test.tsv")]);
        Assert.All(found, format => Assert.Equal((Quoting.None, false), (format.Quoting, format.HasHeader)));
    }

    [Fact]
    public void Detect_SaysWhatIsWrong_WhenAFileIsNothingThatIsRead()
    {
        using var folder = new TemporaryFolder();
        var files = new[]
        {
            ("absent.csv", (byte[]?)null, "no such file"),
            ("empty.csv", [], "it is empty"),
            ("a.jsonl.gz", [0x1F, 0x8B, 8, 0], "gzip"),
            ("a.xlsx", [0x50, 0x4B, 3, 4], "ZIP"),
            ("a.parquet", "hello"u8.ToArray(), "PAR1"),
            ("a.json", "{\n \"data\": []\n}"u8.ToArray(), "it is one JSON object, but rows are needed"),
            ("c.json", "{\"data\": []}\n"u8.ToArray(), "it is one JSON object, but rows are needed"),
            ("b.json", "hello"u8.ToArray(), "neither [ nor {"),
            ("a.txt", [0xFF, 0xFE, 0, 0, 65, 0, 0, 0], "UTF-32"),
        };
        foreach (var (name, bytes, expected) in files)
        {
            var path = bytes is null ? Path.Combine(folder.Root, name) : folder.Write(name, bytes);
            var error = Assert.Single(Assert.Throws<InvalidInputException>(() => FormatDetector.Detect(path)).Errors);
            Assert.Equal(name, error.Field);
            Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        }
    }
}
