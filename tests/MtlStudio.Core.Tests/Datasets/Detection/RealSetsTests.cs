using System.Collections.Concurrent;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Datasets.Detection;

/// <summary>Public data sets in their own dialects: what a person who has read their pages would make of them.</summary>
public sealed class RealSetsTests
{
    /// <summary>Folder, form, kind, columns of the prompt, column of the answer, primary metric.</summary>
    public static TheoryData<string, TaskForm, string, string, string, string> Flat => new()
    {
        { "sentiment-reviews", TaskForm.Classification, "classification", "text", "label", "accuracy" },
        { "spam-sms", TaskForm.Classification, "classification", "text", "label", "f1-macro" },
        { "intent-banking77", TaskForm.Classification, "classification", "text", "category", "accuracy" },
        { "emotions-goemotions", TaskForm.MultiLabel, "multi-label", "text", "labels", "f1-micro" },
        { "topic-github-issues", TaskForm.Classification, "classification", "Description,Title", "Area", "accuracy" },
        { "nli-med", TaskForm.PairClassification, "classification", "sentence1,sentence2", "gold_label", "accuracy" },
        { "multichoice-codah", TaskForm.MultipleChoice, "multiple-choice", "prompt", "answer", "accuracy" },
        { "similarity-sts", TaskForm.Regression, "regression", "text1,text2", "score", "pearson" },
        { "math-gsm8k", TaskForm.Math, "generation", "question", "answer", "number-match" },
        { "summarization-scitldr", TaskForm.Summarization, "generation", "source[]", "target", "rouge-l" },
        { "translation-tatoeba-en-sv", TaskForm.Translation, "generation", "english", "swedish", "bleu" },
        { "data2text-e2e", TaskForm.DataToText, "generation", "mr", "ref", "bleu" },
        { "definitions-wordnet", TaskForm.Definition, "generation", "word", "definition", "rouge-l" },
        { "toxicity-madlibs", TaskForm.Classification, "classification", "Text", "Label", "accuracy" },
    };

    [Theory]
    [MemberData(nameof(Flat))]
    public void Detect_MakesTheTask_WhenTheSetIsFlat(string set, TaskForm form, string kind, string prompt, string answer, string metric)
    {
        var guess = Assert.Single(Detect(set), guess => guess.Task is not null);
        Assert.Equal((set, form, kind, metric), (guess.Name, guess.Form, guess.Task!.Kind, guess.Task.PrimaryMetric));
        Assert.Equal(prompt, string.Join(',', PromptTemplate.Parse(guess.Task.Template with { Answer = "x" }).Columns));
        Assert.Equal(answer, Assert.Single(PromptTemplate.Parse(guess.Task.Template with { Prompt = "" }).Columns));
        Assert.True(guess.IsReady, string.Join('\n', guess.Faults));
        Assert.Equal(SplitNames.All, guess.Files.Select(file => file.Split!));
        Assert.Null(guess.SplitReason);
        Assert.NotEmpty(guess.Reasons);
        Assert.NotEmpty(guess.MetricReason!);
        Assert.NotEmpty(guess.Example!.Answer.Trim());
        Assert.InRange(guess.MaxLength!.Value, 64, 1024);
        Assert.Equal(guess.Columns.Count, guess.Columns.Select(column => column.Column).Distinct().Count());
    }

    [Theory]
    [MemberData(nameof(Flat))]
    public void Detect_MakesASpecThatHolds_WhenTheSetIsFlat(string set, TaskForm form, string kind, string prompt, string answer, string metric)
    {
        _ = (form, kind, prompt, answer, metric);
        var guess = Assert.Single(Detect(set), guess => guess.Task is not null);
        var spec = new RunSpec { Name = "x", Model = new() { Path = "m" }, Tasks = [guess.Task! with { Data = new() { Dataset = "d" } }], Training = new() { MaxLength = guess.MaxLength!.Value } };
        Assert.Empty(RunSpecValidator.Validate(spec));
        // The import that is guessed gives the columns that the template names, in every row.
        using var folder = new TemporaryFolder();
        var files = guess.Files.Select(file => new ImportFile(PathOf(file.Name), file.Split)).ToList();
        using var version = DatasetVersion.Open(folder.Import(files, guess.Import).Folder);
        var template = TaskTemplate.Of(guess.Task!);
        Assert.Empty(template.Check(version.Columns));
        Assert.Equal(guess.Columns.Select(column => column.Column), version.Columns);
        Assert.Equal(guess.Example, template.Render(version.Get(SplitNames.Train, 0)), (a, b) => (a!.Prompt, a.Answer) == (b!.Prompt, b.Answer));
    }

    [Theory]
    [InlineData("acceptability-blimp", TaskForm.Preference)]
    [InlineData("instructions-self-instruct", TaskForm.Nested)]
    [InlineData("lm-tinyshakespeare", TaskForm.LanguageModeling)]
    [InlineData("qa-xquad-en", TaskForm.Nested)]
    [InlineData("yesno-pubmedqa", TaskForm.Nested)]
    [InlineData("bias/crows-pairs", TaskForm.Preference)]
    [InlineData("bias/bold", TaskForm.Nested)]
    public void Detect_SaysWhatComesLater_WhenTheFormIsNotTrainedYet(string set, TaskForm form)
    {
        Assert.All(Detect(set), guess => Assert.Equal((form, true, true), (guess.Form, guess.Task is null, guess.Later is { Length: > 20 })));
    }

    [Theory]
    [InlineData("ner-wnut17", "tokens[]", "ner_tags")]
    [InlineData("slots-restaurant8k", "userInput.text", "labels")]
    public void Detect_MakesATagger_WhenWordsOrSpansAreMarked(string set, string prompt, string answer)
    {
        var guess = Detect(set).First(guess => guess.Files.Any(file => file.Split == SplitNames.Train));
        Assert.Equal((TaskForm.Tagging, "token-tagging", "entity-f1"), (guess.Form, guess.Task!.Kind, guess.Task.PrimaryMetric));
        Assert.Equal((prompt, answer), (Assert.Single(PromptTemplate.Parse(guess.Task.Template with { Answer = "x" }).Columns), Assert.Single(PromptTemplate.Parse(guess.Task.Template with { Prompt = "" }).Columns)));
        Assert.True(guess.IsReady, string.Join('\n', guess.Faults));
        var template = TaskTemplate.Of(guess.Task);
        Assert.All(guess.Sample, row => Assert.Equal(template.Render(row).Words.Count, template.Render(row).Labels.Count));
        Assert.Contains(guess.Sample, row => template.Render(row).Labels.Any(tag => tag.StartsWith("B-", StringComparison.Ordinal)));
    }

    [Fact]
    public void Detect_SetsFilesApart_WhenTheyComeAlongWithData()
    {
        Assert.Equal(TaskForm.LabelNames, Detect("intent-banking77").Single(guess => guess.Task is null).Form);
        Assert.Equal(TaskForm.LabelNames, Detect("emotions-goemotions").Single(guess => guess.Task is null).Form);
        Assert.Equal(TaskForm.Document, Detect("translation-tatoeba-en-sv").Single(guess => guess.Task is null).Form);
    }

    [Fact]
    public void Detect_AsksForTheRightChoice_WhenQuestionsComeAgain()
    {
        var guesses = Detect("bias/bbq");
        Assert.Equal(6, guesses.Count);
        Assert.All(guesses, guess => Assert.Equal(
            (TaskForm.MultipleChoice, "{context}\n{question}", "{label}", "index", " {ans0}| {ans1}| {ans2}"),
            (guess.Form, guess.Task!.Template.Prompt, guess.Task.Template.Answer, guess.Task.AnswerIs, string.Join('|', guess.Task.Choices))));
        Assert.All(guesses, guess => Assert.Equal("label", guess.Import.Split.StratifyBy));
    }

    [Fact]
    public void Detect_KeepsDatasetsApart_WhenTheirFilesHaveTheSameNames()
    {
        string[] sets = ["spam-sms", "translation-tatoeba-en-sv"];
        var files = sets.SelectMany(set => SplitNames.All.Select(split => PathOf($"{set}/{split}.tsv"))).Select(path => new DetectFile(path)).ToList();
        var guesses = DatasetDetector.Detect(files, TestContext.Current.CancellationToken).Datasets;
        Assert.Equal(["classification", "translation"], guesses.Select(guess => guess.Name));
        Assert.Equal([[0, 1, 2], [3, 4, 5]], guesses.Select(guess => guess.Files.Select(file => file.File)));
    }

    // Each set is looked at by several tests.
    private static readonly ConcurrentDictionary<string, IReadOnlyList<DatasetGuess>> Found = new();

    private static IReadOnlyList<DatasetGuess> Detect(string set) => Found.GetOrAdd(set, Read);

    private static IReadOnlyList<DatasetGuess> Read(string set)
    {
        var folder = SharedFolder.Need($"data/{set}");
        var files = Directory.GetFiles(folder).Where(path => !path.EndsWith(".conll", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(path => new DetectFile(path, $"{set}/{Path.GetFileName(path)}")).ToList();
        return DatasetDetector.Detect(files, TestContext.Current.CancellationToken).Datasets;
    }

    private static string PathOf(string name) => SharedFolder.Need($"data/{name}");
}
