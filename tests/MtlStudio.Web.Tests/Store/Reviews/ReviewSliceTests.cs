using MtlStudio.Core.Datasets;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.Reviews;

public sealed class ReviewSliceTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAsync_KeepsTheRowsOfTheSlice_AndSaysSo()
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var review = await reviews.CreateAsync(draft with { Slices = [new("topic", "birds")] }, Cancellation);
        var items = await ReviewStoreTests.ItemsAsync(host, review.Id);
        // The task whose data has no such column is left out.
        Assert.Equal(Enumerable.Range(0, ReviewedRuns.Examples).Where(example => example % 3 == 0).Select(example => ("qa", example)), items.Select(item => (item.Task, item.Example)).Order());
        Assert.Equal(("topic = birds", 4, "of all 4 examples with topic = birds that the runs have in common"), (review.Slice, review.Available, ReviewWords.Scope(review)));
        Assert.Equal("qa: 4 random, topic = birds", review.Name);
        Assert.Equal(2, (await reviews.CreateAsync(draft with { Slices = [new("topic", "birds"), new("even", "true")] }, Cancellation)).ItemCount);
        Assert.Equal(1, (await reviews.CreateAsync(draft with { Slices = [new("topic", "")] }, Cancellation)).ItemCount);
    }

    [Fact]
    public async Task CreateAsync_KeepsWhatAnEarlierReviewTagged()
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var first = await reviews.CreateAsync(draft, Cancellation);
        var votes = host.Get<ReviewVotes>();
        var items = await ReviewStoreTests.ItemsAsync(host, first.Id);
        foreach (var item in items.Take(3)) await votes.CastAsync(first.Id, item.Number, "ann", new() { Tags = new Dictionary<int, string[]> { [1] = ["off topic"] } }, Cancellation);
        await votes.CastAsync(first.Id, items[5].Number, "ann", new() { Tags = new Dictionary<int, string[]> { [0] = ["repeats"] } }, Cancellation);
        Assert.Equal(["off topic", "repeats"], await reviews.UsedTagsAsync("test", Cancellation));
        var second = await reviews.CreateAsync(draft with { Tagged = "off topic" }, Cancellation);
        Assert.Equal(items.Take(3).Select(item => (item.Task, item.Example)).Order(), (await ReviewStoreTests.ItemsAsync(host, second.Id)).Select(item => (item.Task, item.Example)).Order());
        Assert.Equal("tagged off topic", second.Slice);
    }

    [Theory]
    [InlineData("colour", "red", "No task's data has the column \"colour\": there are answer, even, question, topic")]
    [InlineData("topic", "trains", "None of the examples that the runs have in common is of the slice topic = trains")]
    public async Task CreateAsync_NamesTheCure_WhenTheSliceIsEmpty(string column, string value, string expected)
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var error = Assert.Single((await Assert.ThrowsAsync<InvalidInputException>(() => reviews.CreateAsync(draft with { Slices = [new(column, value)] }, Cancellation))).Errors);
        Assert.Equal("slices", error.Field);
        Assert.StartsWith(expected, error.Message, StringComparison.Ordinal);
    }

    /// <summary>Two runs over a kept dataset (qa) and over a file (summary).</summary>
    internal static async Task<(ReviewStore Reviews, ReviewDraft Draft)> ArrangeAsync(StoreHost host)
    {
        var folder = Directory.CreateTempSubdirectory("mtl-slice-").FullName;
        try
        {
            string Rows(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"{{\"question\":\"q{i}\",\"answer\":\"a{i}\",\"even\":{(i % 2 == 0 ? "true" : "false")}{(i == 1 ? "" : $",\"topic\":\"{(i % 3 == 0 ? "birds" : "boats")}\"")}}}\n"));
            foreach (var split in SplitNames.All) await File.WriteAllTextAsync(Path.Combine(folder, $"{split}.jsonl"), Rows(ReviewedRuns.Examples), Cancellation);
            var data = DatasetImporter.Import([.. SplitNames.All.Select(split => new ImportFile(Path.Combine(folder, $"{split}.jsonl"), split))], new() { Name = "questions" }, host.Folder, cancellation: Cancellation).Manifest.Reference;
            var runs = new List<ReviewEntry>();
            foreach (var name in new[] { "equal", "pcgrad" })
            {
                var spec = ReviewedRuns.Spec(name, "qa", "summary");
                runs.Add(new(await ReviewedRuns.AddAsync(host.Store, host.Ingest, spec with { Tasks = [spec.Tasks[0] with { Data = new() { Dataset = data } }, spec.Tasks[1]] }, ReviewedRuns.Answer)));
            }
            return (host.Get<ReviewStore>(), new() { Runs = runs });
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
