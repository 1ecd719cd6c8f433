using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

public sealed class LibraryStoreTests : IAsyncLifetime
{
    private StoreHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    private LibraryStore Library => host.Get<LibraryStore>();
    private LibraryReader Reader => host.Get<LibraryReader>();

    public async ValueTask InitializeAsync() => host = await StoreHost.OpenAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Keep_MakesTheNextVersion_WhenTheNameStands()
    {
        var first = await KeepAsync("reviews", "a");
        var second = await KeepAsync("reviews", "b");
        Assert.Equal((first.Item.Id, 1, 2), (second.Item.Id, first.Version.Number, second.Version.Number));
        var entry = Assert.Single((await Reader.ListAsync(LibraryKind.Dataset, new(), Cancellation)).Items);
        Assert.Equal((2, Hash("b")), (entry.Version.Number, entry.Version.Hash));
        Assert.Equal([2, 1], (await Reader.VersionsAsync(first.Item.Id, Cancellation)).Select(version => version.Number));
        Assert.Equal(Hash("a"), (await Reader.FindAsync(LibraryKind.Dataset, first.Item.Id, 1, Cancellation))!.Version.Hash);
    }

    [Fact]
    public async Task Keep_FindsWhatIsKnown_UnderWhateverName()
    {
        var first = await KeepAsync("reviews", "a");
        var again = await KeepAsync("other", "a");
        Assert.Equal(first.Version.Id, again.Version.Id);
        Assert.Equal(1, (await Reader.ListAsync(LibraryKind.Dataset, new(), Cancellation)).Total);
    }

    [Fact]
    public async Task Keep_TakesANameOfItsOwn_WhenTheContentMayNotFollow()
    {
        await KeepAsync("train", "a");
        var other = await Library.KeepAsync(LibraryKind.Dataset, "train", Content("b"), mayFollow: _ => false, cancellation: Cancellation);
        Assert.Equal(("train (2)", 1), (other.Item.Name, other.Version.Number));
    }

    [Fact]
    public async Task AddVersion_ChangesNothing_WhenTheContentIsTheNewest()
    {
        var first = await KeepAsync("reviews", "a");
        var again = await Library.AddVersionAsync(LibraryKind.Dataset, first.Item.Id, Content("a"), Cancellation);
        Assert.Equal((first.Version.Id, 1), (again.Version.Id, again.Item.Latest));
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("a\nb")]
    [InlineData("taken")]
    public async Task Edit_Refuses_WhenTheNameIsNone(string name)
    {
        await KeepAsync("taken", "a");
        var other = await KeepAsync("other", "b");
        var fault = await Assert.ThrowsAsync<InvalidInputException>(() => Library.EditAsync(LibraryKind.Dataset, other.Item.Id, new() { Name = name }, Cancellation));
        Assert.Equal("name", Assert.Single(fault.Errors).Field);
        Assert.Equal("other", (await Reader.FindAsync(LibraryKind.Dataset, other.Item.Id, cancellation: Cancellation))!.Item.Name);
    }

    [Fact]
    public async Task Create_Refuses_WhenATasksNameHoldsWhatASpecCannot() =>
        await Assert.ThrowsAsync<InvalidInputException>(() => Library.CreateAsync(LibraryKind.Task, "two words", Content("t"), cancellation: Cancellation));

    [Fact]
    public async Task Delete_NamesTheUsers_AndKeepsWhatIsInUse()
    {
        var dataset = await KeepAsync("reviews", "a");
        var task = await Library.CreateAsync(LibraryKind.Task, "sentiment", Content("t", Hash("a")), cancellation: Cancellation);
        var mix = await Library.CreateAsync(LibraryKind.Mix, "two tasks", Content("m", LibraryLink.ItemKey(LibraryKind.Task, task.Item.Id)), cancellation: Cancellation);
        var run = await host.Store.CreateAsync(StoreHost.Spec("trained") is var spec ? spec with { Tasks = [spec.Tasks[0] with { Data = new() { Dataset = Hash("a") } }] } : null!, cancellation: Cancellation);

        var fault = await Assert.ThrowsAsync<LibraryInUseException>(() => Library.DeleteAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation));
        Assert.Equal([("task", task.Item.Id), ("run", run.Id)], fault.Users.Select(user => (user.Kind, user.Id)));
        Assert.Contains("task sentiment", fault.Message, StringComparison.Ordinal);
        Assert.Contains($"run {run.Id} (trained)", fault.Message, StringComparison.Ordinal);
        Assert.Equal("mix", Assert.Single((await Assert.ThrowsAsync<LibraryInUseException>(() => Library.DeleteAsync(LibraryKind.Task, task.Item.Id, cancellation: Cancellation))).Users).Kind);

        // From the top down nothing is in the way.
        await Library.DeleteAsync(LibraryKind.Mix, mix.Item.Id, cancellation: Cancellation);
        await Library.DeleteAsync(LibraryKind.Task, task.Item.Id, cancellation: Cancellation);
        Assert.Equal("run", Assert.Single(await Reader.UsersAsync(LibraryKind.Dataset, dataset.Item.Id, Cancellation)).Kind);
    }

    [Fact]
    public async Task Delete_IsAllowed_WhenAnotherItemKeepsTheSameContent()
    {
        var dataset = await KeepAsync("reviews", "a");
        await Library.CreateAsync(LibraryKind.Task, "sentiment", Content("t", Hash("a")), cancellation: Cancellation);
        var copy = await Library.CloneAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation);
        Assert.Equal("reviews copy", copy.Item.Name);
        await Library.DeleteAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation);
        await Assert.ThrowsAsync<LibraryInUseException>(() => Library.DeleteAsync(LibraryKind.Dataset, copy.Item.Id, cancellation: Cancellation));

        var freed = new List<string>();
        host.Clock.Advance(LibraryStore.UndoTime + TimeSpan.FromSeconds(1));
        await Library.PurgeAsync((_, hash) => freed.Add(hash), Cancellation);
        Assert.Empty(freed);
    }

    [Fact]
    public async Task Restore_TakesBackADeletion_UntilItsTimeIsOver()
    {
        var dataset = await KeepAsync("reviews", "a");
        await Library.DeleteAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation);
        Assert.Null(await Reader.FindAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation));
        Assert.Equal(0, await Library.PurgeAsync((_, _) => { }, Cancellation));

        // Its name was given away meanwhile.
        await KeepAsync("reviews", "b");
        Assert.Equal("reviews (2)", (await Library.RestoreAsync(LibraryKind.Dataset, dataset.Item.Id, Cancellation)).Name);

        await Library.DeleteAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation);
        host.Clock.Advance(LibraryStore.UndoTime + TimeSpan.FromSeconds(1));
        var freed = new List<(LibraryKind, string)>();
        Assert.Equal(1, await Library.PurgeAsync((kind, hash) => freed.Add((kind, hash)), Cancellation));
        Assert.Equal([(LibraryKind.Dataset, Hash("a"))], freed);
        await Assert.ThrowsAsync<LibraryNotFoundException>(() => Library.RestoreAsync(LibraryKind.Dataset, dataset.Item.Id, Cancellation));
    }

    [Fact]
    public async Task Restore_TakesBackWhatTheItemIsBuiltOn()
    {
        var dataset = await KeepAsync("reviews", "a");
        var task = await Library.CreateAsync(LibraryKind.Task, "sentiment", Content("t", Hash("a")), cancellation: Cancellation);
        var mix = await Library.CreateAsync(LibraryKind.Mix, "one task", Content("m", LibraryLink.ItemKey(LibraryKind.Task, task.Item.Id)), cancellation: Cancellation);
        await Library.DeleteAsync(LibraryKind.Mix, mix.Item.Id, cancellation: Cancellation);
        await Library.DeleteAsync(LibraryKind.Task, task.Item.Id, cancellation: Cancellation);
        await Library.DeleteAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation);

        await Library.RestoreAsync(LibraryKind.Mix, mix.Item.Id, Cancellation);
        Assert.NotNull(await Reader.FindAsync(LibraryKind.Task, task.Item.Id, cancellation: Cancellation));
        Assert.NotNull(await Reader.FindAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation));
    }

    [Fact]
    public async Task Purge_TakesBack_WhatCameIntoUseMeanwhile()
    {
        var dataset = await KeepAsync("reviews", "a");
        await Library.DeleteAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation);
        await Library.CreateAsync(LibraryKind.Task, "sentiment", Content("t", Hash("a")), cancellation: Cancellation);
        host.Clock.Advance(LibraryStore.UndoTime + TimeSpan.FromSeconds(1));
        await Library.PurgeAsync((_, _) => Assert.Fail("content in use was freed"), Cancellation);
        Assert.NotNull(await Reader.FindAsync(LibraryKind.Dataset, dataset.Item.Id, cancellation: Cancellation));
    }

    [Theory]
    [InlineData("name", false, "a b c")]
    [InlineData("size", true, "c b a")]
    [InlineData("bytes", false, "a b c")]
    [InlineData("versions", true, "c b a")]
    [InlineData("createdAt", false, "a b c")]
    [InlineData("updatedAt", true, "c b a")]
    public async Task List_IsSortedByTheDatabase(string sort, bool descending, string expected)
    {
        foreach (var (name, size) in new[] { ("a", 1), ("b", 2), ("c", 3) })
        {
            host.Clock.Advance(TimeSpan.FromSeconds(1));
            for (var version = 1; version <= size; version++) await Library.KeepAsync(LibraryKind.Dataset, name, Content($"{name}{version}") with { Size = size, Bytes = size }, cancellation: Cancellation);
        }
        var page = await Reader.ListAsync(LibraryKind.Dataset, new() { Sort = sort, Descending = descending }, Cancellation);
        Assert.Equal(expected, string.Join(' ', page.Items.Select(entry => entry.Item.Name)));
    }

    [Fact]
    public async Task List_FindsText_AndLeavesArchivedOut()
    {
        var reviews = await KeepAsync("Reviews", "a");
        await KeepAsync("sums", "b");
        await Library.EditAsync(LibraryKind.Dataset, reviews.Item.Id, new() { Licence = "CC-BY-4.0" }, Cancellation);
        Assert.Equal("Reviews", Assert.Single((await Reader.ListAsync(LibraryKind.Dataset, new() { Text = "cc-by" }, Cancellation)).Items).Item.Name);
        await Library.EditAsync(LibraryKind.Dataset, reviews.Item.Id, new() { Archived = true }, Cancellation);
        Assert.Equal("sums", Assert.Single((await Reader.ListAsync(LibraryKind.Dataset, new(), Cancellation)).Items).Item.Name);
        Assert.Equal("Reviews", Assert.Single((await Reader.ListAsync(LibraryKind.Dataset, new() { Archived = true }, Cancellation)).Items).Item.Name);
        Assert.Equal(2, (await Reader.ListAsync(LibraryKind.Dataset, new() { Archived = null }, Cancellation)).Total);
    }

    [Fact]
    public async Task List_NamesEveryFaultOfTheQuery()
    {
        var fault = await Assert.ThrowsAsync<InvalidInputException>(() => Reader.ListAsync(LibraryKind.Task, new() { Sort = "colour", Skip = -1, Take = 0 }, Cancellation));
        Assert.Equal(["sort", "skip", "take"], fault.Errors.Select(error => error.Field));
    }

    private Task<LibraryEntry> KeepAsync(string name, string content) => Library.KeepAsync(LibraryKind.Dataset, name, Content(content), cancellation: Cancellation);

    private static LibraryContent Content(string content, params string[] links) => new(Hash(content), "{}", 1, 1, links);

    private static string Hash(string content) => "sha256:" + content.PadLeft(64, '0');
}
