using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store.Reviews;

public sealed class ReviewStoreTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task CreateAsync_FixesTheCommonExamples_InADrawnOrder()
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var review = await reviews.CreateAsync(draft with { PerTask = 5, Seed = 3 }, Cancellation);
        Assert.Equal(("qa, summary: 10 random", "test", 10, 24), (review.Name, review.Split, review.ItemCount, review.Available));
        var items = await ItemsAsync(host, review.Id);
        Assert.Equal(Enumerable.Range(1, 10), items.Select(item => item.Number));
        // The tasks take turns.
        Assert.Equal(["qa", "summary", "qa", "summary"], items.Take(4).Select(item => item.Task));
        Assert.Equal(5, items.Where(item => item.Task == "qa").Select(item => item.Example).Distinct().Count());
        Assert.Contains("01", items.Select(item => item.Order));
        Assert.Contains("10", items.Select(item => item.Order));
        foreach (var item in items)
        {
            Assert.Equal($"{item.Task} question test {item.Example}", item.Input);
            Assert.Equal([$"reference of {item.Task} {item.Example}"], item.ReadReferences());
            Assert.Equal(ReviewedRuns.Answer("equal", item.Task, item.Example), item.Outputs.Single(output => output.Place == 0).Text);
            Assert.Equal(ReviewedRuns.Answer("pcgrad", item.Task, item.Example), item.Outputs.Single(output => output.Place == 1).Text);
        }
        var again = await reviews.CreateAsync(draft with { PerTask = 5, Seed = 3 }, Cancellation);
        Assert.Equal(items.Select(item => (item.Task, item.Example, item.Order)), (await ItemsAsync(host, again.Id)).Select(item => (item.Task, item.Example, item.Order)));
    }

    [Theory]
    [InlineData(ReviewFilter.Changed)]
    [InlineData(ReviewFilter.Worst)]
    [InlineData(ReviewFilter.Disagreeing)]
    [InlineData(ReviewFilter.Cut)]
    public async Task CreateAsync_KeepsWhatTheFilterSays_WhenOneIsChosen(ReviewFilter filter)
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var review = await reviews.CreateAsync(draft with { Tasks = ["qa"], Filter = filter }, Cancellation);
        var items = await ItemsAsync(host, review.Id);
        var examples = items.Select(item => item.Example).ToList();
        var measures = items.Select(item => item.Measure).ToList();
        switch (filter)
        {
            case ReviewFilter.Changed:
                Assert.DoesNotContain(5, examples); // the same words
                Assert.DoesNotContain(0, examples); // both right
                Assert.Equal(measures.OrderDescending(), measures);
                Assert.Equal(1.0, measures[0]!.Value, 1e-12); // one output is empty
                break;
            case ReviewFilter.Worst:
                Assert.Equal(ReviewedRuns.Examples, items.Count);
                Assert.Equal(measures.Order(), measures);
                Assert.Equal((0.0, 1.0), (measures[0], measures[^1]));
                Assert.Equal([0, 6], examples.TakeLast(2).Order());
                break;
            case ReviewFilter.Disagreeing:
                Assert.Equal([2, 3, 4, 8, 9, 10], examples.Order());
                break;
            default:
                Assert.Equal([7], examples);
                Assert.Contains("not of the task", ReviewWords.Scope(review));
                break;
        }
    }

    [Fact]
    public async Task CreateAsync_TakesTheNamedExamples_InTheirOrder()
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var review = await reviews.CreateAsync(draft with { Filter = ReviewFilter.Chosen, Chosen = [new("summary", 4), new("qa", 9), new("qa", 999)] }, Cancellation);
        Assert.Equal([("summary", 4), ("qa", 9)], (await ItemsAsync(host, review.Id)).Select(item => (item.Task, item.Example)));
    }

    [Fact]
    public async Task CreateAsync_ComparesARunWithItsOwnBeginning_WhenStepsDiffer()
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var run = draft.Runs[0].Run;
        var review = await reviews.CreateAsync(draft with { Runs = [new(run, 0), new(run)], Split = "validation" }, Cancellation);
        Assert.Equal([0, ReviewedRuns.Steps], review.Runs.Select(row => row.Step));
        Assert.All(await ItemsAsync(host, review.Id), item => Assert.Equal("untuned", item.Outputs.Single(output => output.Place == 0).Text));
        var twice = await Assert.ThrowsAsync<InvalidInputException>(() => reviews.CreateAsync(draft with { Runs = [new(run), new(run)] }, Cancellation));
        Assert.Equal("runs[1]", Assert.Single(twice.Errors).Field);
    }

    [Fact]
    public async Task CreateAsync_NamesEveryFault_AndMakesNothing()
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        await RefusedAsync(draft with { Runs = [draft.Runs[0]], PerTask = 0, Split = "train", Tags = ["a", "a", " "] }, "perTask", "runs", "split", "tags[1]", "tags[2]");
        await RefusedAsync(draft with { Runs = [draft.Runs[0], new(99)] }, "runs[1]");
        await RefusedAsync(draft with { Runs = [draft.Runs[0], draft.Runs[1] with { Step = 7 }] }, "runs[1].step");
        await RefusedAsync(draft with { Tasks = ["qa", "none"] }, "tasks[1]");
        await RefusedAsync(draft with { Filter = ReviewFilter.Chosen }, "chosen");
        var queued = await host.CreateAsync("waits");
        await RefusedAsync(draft with { Runs = [draft.Runs[0], new(queued.Id)] }, "runs[1]");
        Assert.Equal(0, (await reviews.ListAsync(cancellation: Cancellation)).Total);

        async Task RefusedAsync(ReviewDraft wrong, params string[] fields) =>
            Assert.Equal(fields, (await Assert.ThrowsAsync<InvalidInputException>(() => reviews.CreateAsync(wrong, Cancellation))).Errors.Select(error => error.Field).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task CreateAsync_LeavesOutRowsOfOtherData_WhenTheRunsReadDifferentFiles()
    {
        await using var host = await StoreHost.OpenAsync();
        var equal = await ReviewedRuns.AddAsync(host.Store, host.Ingest, "equal", "qa");
        var spec = ReviewedRuns.Spec("other", "qa");
        // Another file under the same task: its prompts happen to be the same, so its rows may be compared.
        var sameText = await ReviewedRuns.AddAsync(host.Store, host.Ingest, spec with { Tasks = [spec.Tasks[0] with { Data = new() { Dataset = "sha256:" + new string('a', 64) } }] }, ReviewedRuns.Answer);
        var reviews = host.Get<ReviewStore>();
        Assert.Equal(ReviewedRuns.Examples, (await reviews.CreateAsync(new() { Runs = [new(equal), new(sameText)] }, Cancellation)).ItemCount);
        await using (var context = host.Context())
        {
            foreach (var sample in context.Samples.Where(row => row.RunId == sameText)) sample.Input = "another " + sample.Input;
            await context.SaveChangesAsync(Cancellation);
        }
        var refused = await Assert.ThrowsAsync<InvalidInputException>(() => reviews.CreateAsync(new() { Runs = [new(equal), new(sameText)] }, Cancellation));
        Assert.Contains("different data", refused.Message);
    }

    [Fact]
    public async Task Review_StaysWhole_WhenItsRunsAreDeleted()
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var review = await reviews.CreateAsync(draft, Cancellation);
        foreach (var entry in draft.Runs) await host.Get<RunRemoval>().DeleteAsync(entry.Run, Cancellation);
        Assert.Equal(["equal", "pcgrad"], (await reviews.GetAsync(review.Id, Cancellation)).Runs.Select(run => run.Name));
        Assert.All(await ItemsAsync(host, review.Id), item => Assert.Equal(2, item.Outputs.Count));
    }

    [Fact]
    public async Task DeleteAsync_TakesVotesWithIt()
    {
        await using var host = await StoreHost.OpenAsync();
        var (reviews, draft) = await ArrangeAsync(host);
        var review = await reviews.CreateAsync(draft, Cancellation);
        await host.Get<ReviewVotes>().CastAsync(review.Id, 1, "ann", new() { Choice = VoteChoice.Tie }, Cancellation);
        Assert.Equal(1, Assert.Single((await reviews.ListAsync(cancellation: Cancellation)).Items).Settled);
        await reviews.DeleteAsync(review.Id, Cancellation);
        await using var context = host.Context();
        Assert.False(context.ReviewItems.Any() || context.ReviewOutputs.Any() || context.ReviewVotes.Any() || context.ReviewVoteChanges.Any() || context.Reviewers.Any());
        await Assert.ThrowsAsync<ReviewNotFoundException>(() => reviews.GetAsync(review.Id, Cancellation));
    }

    internal static async Task<(ReviewStore Reviews, ReviewDraft Draft)> ArrangeAsync(StoreHost host)
    {
        var equal = await ReviewedRuns.AddAsync(host.Store, host.Ingest, "equal", "qa", "summary");
        var pcgrad = await ReviewedRuns.AddAsync(host.Store, host.Ingest, "pcgrad", "qa", "summary");
        return (host.Get<ReviewStore>(), new() { Runs = [new(equal), new(pcgrad)] });
    }

    internal static async Task<List<ReviewItem>> ItemsAsync(StoreHost host, long review) =>
        [.. (await host.Get<ReviewVotes>().PageAsync(review, 0, 1000, Cancellation)).Select(pair => pair.Item)];
}
