using MtlStudio.Core.Datasets;
using MtlStudio.Core.Datasets.Detection;
using MtlStudio.Core.IO;
using MtlStudio.Web.Library;
using MtlStudio.Web.Staging;
using MtlStudio.Web.Tests.Api;
using MtlStudio.Web.Tests.Features.Start;
using MtlStudio.Web.Tests.Hosting;

namespace MtlStudio.Web.Tests.Staging;

public sealed class StartMakerTests(LibraryTests.Fixture fixture) : IClassFixture<LibraryTests.Fixture>, IDisposable
{
    private readonly SomeFiles files = new();

    private TestStudio Studio => fixture.Studio;
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Make_MakesDatasetsTasksAndMix_AndTheSameAgain()
    {
        var maker = Studio.Service<StartMaker>();
        var plan = Plan("both", ("reviews.csv", SomeFiles.Reviews), ("sums.jsonl", SomeFiles.Questions));
        var made = await maker.MakeAsync(plan, cancellation: Token);
        Assert.Equal(["reviews", "sums"], made.Mix.Specs.Select(task => task.Name));
        Assert.Equal(["accuracy", "squad-f1"], made.Mix.Specs.Select(task => task.PrimaryMetric));
        Assert.All(made.Mix.Specs, task => Assert.StartsWith(DataFolder.HashPrefix, task.Data.Dataset));
        Assert.Equal("both", made.Mix.Item.Name);

        var again = await maker.MakeAsync(plan, cancellation: Token);
        Assert.Equal(made.Tasks.Select(task => task.Item.Id), again.Tasks.Select(task => task.Item.Id));
        Assert.Equal("both (2)", again.Mix.Item.Name);
    }

    [Fact]
    public async Task Make_GivesAnotherName_WhenAnotherDatasetOrTaskHasIt()
    {
        var maker = Studio.Service<StartMaker>();
        await maker.MakeAsync(Plan("first", ("taken.csv", SomeFiles.Reviews.Replace("review", "thing", StringComparison.Ordinal))), cancellation: Token);
        var made = await maker.MakeAsync(Plan("second", ("taken.jsonl", SomeFiles.Questions.Replace("What", "Which", StringComparison.Ordinal))), cancellation: Token);
        Assert.Equal("taken-2", Assert.Single(made.Tasks).Item.Name);
        var dataset = await Studio.Service<DatasetLibrary>().FindAsync(made.Tasks[0].Task.Data.Dataset!, Token);
        Assert.Equal("taken (2)", dataset!.Item.Name);
    }

    [Fact]
    public async Task Make_MakesNoTaskAndNoMix_WhenOneFileTurnsOutBad()
    {
        var plan = Plan("torn", ("whole.csv", SomeFiles.Reviews.Replace("review", "item", StringComparison.Ordinal)), ("later.csv", SomeFiles.Reviews));
        files.Write("later.csv", "text,label\nonly one\n");
        var fault = await Assert.ThrowsAsync<StartFaultException>(() => Studio.Service<StartMaker>().MakeAsync(plan, cancellation: Token));
        Assert.Equal([1], fault.Faults.Keys);
        Assert.Contains("line 2", Assert.Single(fault.Faults[1]).Message, StringComparison.Ordinal);
        Assert.Null(await Studio.Service<TaskLibrary>().FindAsync("whole", Token));
    }

    [Fact]
    public async Task Make_DrawsSmallTasksMoreOften_WhenSizesAreFarApart()
    {
        var many = "text,label\n" + string.Concat(Enumerable.Range(0, 400).Select(i => $"A long list of entry {i}.,{(i % 2 == 0 ? "even" : "odd")}\n"));
        var made = await Studio.Service<StartMaker>().MakeAsync(Plan("uneven", ("many.csv", many), ("few.jsonl", SomeFiles.Questions)), cancellation: Token);
        Assert.Equal("temperature", made.Mix.Mix.Sampler.Name);
    }

    private StartPlan Plan(string mix, params (string Name, string Text)[] given)
    {
        var guesses = files.Detect(given);
        return new()
        {
            MixName = mix,
            Items = [.. guesses.Select(guess => new StartItem(guess.Name, [.. guess.Files.Select(file => new ImportFile(Path.Combine(files.Root, file.Name), file.Split, file.Name))], guess.Import, guess.Task!))],
        };
    }

    public void Dispose() => files.Dispose();
}
