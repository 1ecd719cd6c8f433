using MtlStudio.Core.Datasets;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Tests.Datasets;

namespace MtlStudio.Core.Tests.Library;

public sealed class SplitOverlapTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    [Fact]
    public void Of_CountsAndNamesThePromptsThatAreTrainedOn()
    {
        using var version = Version(
            "q,a,id\none,1,1\ntwo,2,2\ntwo,2,3\nthree,3,4\n",
            "q,a,id\nfour,4,5\ntwo,2,6\n",
            "q,a,id\nthree,other,7\none,1,8\nfive,5,9\nTwo,2,10\n");
        var found = SplitOverlap.Of(version, new() { Template = new() { Prompt = "{q}?", Answer = " {a}" } }, TestContext.Current.CancellationToken);
        Assert.Equal([("validation", 2, 1, 1), ("test", 4, 2, 1)], found.Select(split => (split.Split, split.Rows, split.Shared, split.SameAnswer)));
        Assert.Equal([new SharedRow(1, 1, true, "two?")], found[0].First);
        Assert.Equal([new SharedRow(0, 3, false, "three?"), new SharedRow(1, 0, true, "one?")], found[1].First);
    }

    [Fact]
    public void Of_FindsNone_WhenTheTemplateShowsWhatTellsRowsApart()
    {
        using var version = Version("q,a,id\none,1,1\n", null, "q,a,id\none,1,2\n");
        Assert.Equal(0, Assert.Single(SplitOverlap.Of(version, new() { Template = new() { Prompt = "{id} {q}?", Answer = " {a}" } }, TestContext.Current.CancellationToken)).Shared);
    }

    [Fact]
    public void Of_ComparesAnswers_WhenThereIsNoPrompt()
    {
        using var version = Version("t\nfirst text\nsecond text\n", null, "t\nsecond text\nthird text\n");
        var split = Assert.Single(SplitOverlap.Of(version, new() { Template = new() { Answer = "{t}" } }, TestContext.Current.CancellationToken));
        Assert.Equal([new SharedRow(0, 1, true, "second text")], split.First);
    }

    [Fact]
    public void Of_NamesTheColumn_WhenTheTemplateDoesNotFit()
    {
        using var version = Version("t\na\n", null, "t\nb\n");
        Assert.Contains("{x}", Assert.Single(Assert.Throws<InvalidInputException>(() => SplitOverlap.Of(version, new() { Template = new() { Prompt = "{x}", Answer = "{t}" } }, TestContext.Current.CancellationToken)).Errors).Message, StringComparison.Ordinal);
    }

    private DatasetVersion Version(string train, string? validation, string test)
    {
        var files = new List<ImportFile> { new(folder.Write("train.csv", train), SplitNames.Train) };
        if (validation is not null) files.Add(new(folder.Write("validation.csv", validation), SplitNames.Validation));
        files.Add(new(folder.Write("test.csv", test), SplitNames.Test));
        return DatasetVersion.Open(folder.Import(files, new() { Read = new() { HasHeader = true } }).Folder);
    }

    public void Dispose() => folder.Dispose();
}
