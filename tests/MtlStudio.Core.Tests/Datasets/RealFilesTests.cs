using MtlStudio.Core.Datasets;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Datasets;

/// <summary>Public data sets in their own dialects: row counts and values are those their page states or their source shows.</summary>
public sealed class RealFilesTests
{
    public static TheoryData<string, string, int, int, int, string> Sets => new()
    {
        { "sentiment-reviews", ".txt", 2378, 300, 300, "column1,column2" },
        { "spam-sms", ".tsv", 4159, 500, 500, "column1,column2" },
        { "intent-banking77", ".csv", 5000, 500, 500, "text,category" },
        { "emotions-goemotions", ".tsv", 5000, 500, 500, "column1,column2,column3" },
        { "topic-github-issues", ".tsv", 1213, 200, 200, "ID,Area,Title,Description" },
        { "nli-med", ".tsv", 4381, 501, 500, "index,promptID,pairID,genre,sentence1_binary_parse,sentence2_binary_parse,sentence1_parse,sentence2_parse,sentence1,sentence2,label1,label2,label3,label4,label5,gold_label" },
        { "similarity-sts", ".tsv", 638, 100, 100, "column1,column2,column3" },
        { "acceptability-blimp", ".jsonl", 5000, 500, 500, "" },
        { "multichoice-codah", ".tsv", 1665, 500, 500, "column1,column2,column3,column4,column5,column6,column7" },
        { "ner-wnut17", ".jsonl", 3394, 500, 500, "id,tokens,ner_tags" },
        { "slots-restaurant8k", ".json", 5000, 500, 500, "" },
        { "math-gsm8k", ".parquet", 5000, 500, 500, "question,answer" },
        { "summarization-scitldr", ".jsonl", 1992, 500, 500, "source,source_labels,rouge_scores,paper_id,target,title" },
        { "translation-tatoeba-en-sv", ".tsv", 5000, 500, 500, "column1,column2,column3" },
        { "data2text-e2e", ".csv", 4165, 500, 495, "mr,ref" },
        { "definitions-wordnet", ".jsonl", 5000, 500, 500, "word,synonyms,pos,synset,definition,examples" },
        { "toxicity-madlibs", ".csv", 5000, 500, 500, "Text,Label,Template" },
    };

    [Theory]
    [MemberData(nameof(Sets))]
    public void Import_ReadsEveryRow_WhenTheSetIsReal(string set, string extension, int train, int validation, int test, string columns)
    {
        using var folder = new TemporaryFolder();
        using var version = Open(folder, set, extension);
        Assert.Equal((train, validation, test), (version.Count("train"), version.Count("validation"), version.Count("test")));
        if (columns.Length > 0) Assert.Equal(columns, string.Join(',', version.Columns));
        foreach (var split in SplitNames.All)
        {
            var rows = version.Read(split).ToList();
            Assert.Equal(version.Count(split), rows.Count);
            var last = version.Get(split, rows.Count - 1);
            Assert.Equal(rows[^1].Columns.Select((_, i) => rows[^1][i]), last.Columns.Select((_, i) => last[i]));
        }
    }

    [Fact]
    public void Import_KeepsValuesAsTheyStand_WhenDialectsDiffer()
    {
        using var folder = new TemporaryFolder();
        using (var reviews = Open(folder, "sentiment-reviews", ".txt"))
        {
            Assert.Equal("A great film by a great director.  ", reviews.Get("train", 2)["column1"]);
            Assert.Equal("\"You'll love it!  ", reviews.Get("train", 280)["column1"]);
        }
        using (var spam = Open(folder, "spam-sms", ".tsv"))
        {
            Assert.StartsWith("\"URGENT! This is the 2nd attempt", spam.Get("train", 26)["column2"], StringComparison.Ordinal);
            Assert.EndsWith("£1000CALL 09071512432 b4 300603t&csBCM4235WC1N3XX.callcost150ppmmobilesvary. max£7. 50\"", spam.Get("train", 26)["column2"], StringComparison.Ordinal);
        }
        using (var emotions = Open(folder, "emotions-goemotions", ".tsv"))
        {
            Assert.Equal("*\"Success is the best revenge.\"* Good job OP. Stay strong. You're almost there.", emotions.Get("train", 18)["column1"]);
            Assert.Equal("\"Freedom is a cage\" -[NAME]", emotions.Get("test", 126)["column1"]);
            Assert.Equal("6,10", emotions.Get("test", 107)["column2"]);
        }
        using (var translation = Open(folder, "translation-tatoeba-en-sv", ".tsv"))
            Assert.Equal("\"Var är katten?\" \"Den är under soffan.\"", translation.Get("test", 190)["column2"]);
        using (var intents = Open(folder, "intent-banking77", ".csv"))
            Assert.Contains(intents.Read("train"), row => row["text"].Contains('\n'));
        using (var maths = Open(folder, "math-gsm8k", ".parquet"))
            Assert.All(maths.Read("train"), row => Assert.Matches(@"\n#### \S+$", row["answer"]));
        using (var summaries = Open(folder, "summarization-scitldr", ".jsonl"))
        {
            Assert.True(summaries.Get("test", 0).TryGet("target", out var target) && target.IsList);
            var template = PromptTemplate.Parse(new() { Prompt = "{title}", Answer = "{target}" });
            Assert.Contains(summaries.Read("test"), row => template.Render(row).References.Count > 1);
        }
        using (var slots = Open(folder, "slots-restaurant8k", ".json"))
        {
            Assert.Contains("userInput.text", slots.Columns);
            Assert.Contains("context.requestedSlots", slots.Columns);
            Assert.Contains(slots.Read("train"), row => row.TryGet("labels", out var cell) && cell.IsAbsent);
        }
        using (var entities = Open(folder, "ner-wnut17", ".jsonl"))
            Assert.Contains("\"😂\"]", entities.Get("validation", 0)["tokens"], StringComparison.Ordinal);
    }

    [Fact]
    public void Import_NamesTheColumn_WhenParquetIsNested()
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Single(folder.Faults([new ImportFile(SharedFolder.Need("data/yesno-pubmedqa/train.parquet"), "train")]));
        Assert.Contains("the column context holds lists", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("data/qa-xquad-en/train.json")]
    [InlineData("data/qa-xquad-en/test.json")]
    [InlineData("data/bias/bold/gender_prompt.json")]
    public void Import_AsksForRows_WhenJsonIsOneNestedObject(string file)
    {
        using var folder = new TemporaryFolder();
        var error = Assert.Single(folder.Faults([new ImportFile(SharedFolder.Need(file), "train")]));
        Assert.StartsWith("it is one JSON object, but rows are needed", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Import_ReadsLinesAndParagraphs_WhenTextIsPlain()
    {
        using var folder = new TemporaryFolder();
        var path = SharedFolder.Need("data/lm-tinyshakespeare/input.txt");
        using var lines = DatasetVersion.Open(folder.Import(path).Folder);
        using var speeches = DatasetVersion.Open(folder.Import(path, new() { Read = new() { TextUnit = TextUnit.Paragraph } }).Folder);
        Assert.Equal((32_777, 7_222), (lines.Count("train"), speeches.Count("train")));
        Assert.Equal("First Citizen:\nBefore we proceed any further, hear me speak.", speeches.Get("train", 0)["text"]);
    }

    private static DatasetVersion Open(TemporaryFolder folder, string set, string extension)
    {
        var files = SplitNames.All.Select(split => new ImportFile(SharedFolder.Need($"data/{set}/{split}{extension}"), split));
        return DatasetVersion.Open(folder.Import([.. files]).Folder);
    }
}
