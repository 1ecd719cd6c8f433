using System.Text.Json;
using MtlStudio.Core.Library;
using MtlStudio.Core.Runs;
using MtlStudio.Store;

namespace MtlStudio.Web.Tests.Store;

/// <summary>Tasks and mixes know the runs that trained them.</summary>
public sealed class LibraryRunsTests : IAsyncLifetime
{
    private static readonly string Data = "sha256:" + new string('d', 64);
    private StoreHost host = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;
    private LibraryStore Library => host.Get<LibraryStore>();
    private LibraryReader Reader => host.Get<LibraryReader>();

    public async ValueTask InitializeAsync() => host = await StoreHost.OpenAsync();

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Users_AreTheRunsThatTrainedTheTask_WhateverItsNameShareAndLossWeight()
    {
        var qa = await KeepAsync("qa", Task("qa"));
        var other = await KeepAsync("other", Task("other"));
        var run = await LaunchAsync(Task("qa") with { Share = 3, LossWeight = 2 }, Task("third"));
        await LaunchAsync(Task("qa") with { MaxNewTokens = 5 });
        Assert.Equal([("run", run.Id, "queued")], (await Reader.UsersAsync(LibraryKind.Task, qa.Item.Id, Cancellation)).Select(user => (user.Kind, user.Id, user.Detail)));
        Assert.Empty(await Reader.UsersAsync(LibraryKind.Task, other.Item.Id, Cancellation));

        var fault = await Assert.ThrowsAsync<LibraryInUseException>(() => Library.DeleteAsync(LibraryKind.Task, qa.Item.Id, cancellation: Cancellation));
        Assert.Contains($"run {run.Id} (mixed)", fault.Message, StringComparison.Ordinal);
        // An older version was trained, too.
        await Library.AddVersionAsync(LibraryKind.Task, qa.Item.Id, Content(Task("qa") with { MaxNewTokens = 7 }), Cancellation);
        Assert.Single(await Reader.UsersAsync(LibraryKind.Task, qa.Item.Id, Cancellation));
        // A copy that stays is as good.
        var copy = await Library.CloneAsync(LibraryKind.Task, qa.Item.Id, number: 1, cancellation: Cancellation);
        await Library.DeleteAsync(LibraryKind.Task, qa.Item.Id, cancellation: Cancellation);
        await Assert.ThrowsAsync<LibraryInUseException>(() => Library.DeleteAsync(LibraryKind.Task, copy.Item.Id, cancellation: Cancellation));
    }

    [Fact]
    public async Task Users_AreTheRunsOfTheMix_AndTheBaselinesOfATask()
    {
        var (qa, other) = (await KeepAsync("qa", Task("qa")), await KeepAsync("other", Task("other")));
        var definition = new MixDefinition { Members = [new() { Task = qa.Item.Id, Version = 1, Share = 2 }, new() { Task = other.Item.Id, Version = 1 }], Sampler = new("explicit") };
        var body = JsonSerializer.Serialize(definition, WireJson.Compact);
        var mix = await Library.CreateAsync(LibraryKind.Mix, "both", new("sha256:" + new string('e', 64), body, 2, 0, [LibraryLink.ItemKey(LibraryKind.Task, qa.Item.Id)]), cancellation: Cancellation);
        await LaunchAsync(Task("qa"), Task("other"));
        Assert.Empty(await Reader.UsersAsync(LibraryKind.Mix, mix.Item.Id, Cancellation));

        var run = await LaunchAsync(new MethodChoice("explicit"), Task("qa") with { Share = 2 }, Task("other"));
        var baseline = (await host.Store.EnsureBaselinesAsync(run.Id, Cancellation)).Single(choice => choice.Task == "qa").RunId;
        Assert.Equal(run.Id, Assert.Single(await Reader.UsersAsync(LibraryKind.Mix, mix.Item.Id, Cancellation)).Id);
        // The first launch held the task, too; the other task's baseline does not.
        var users = (await Reader.UsersAsync(LibraryKind.Task, qa.Item.Id, Cancellation)).Where(user => user.Kind == "run").Select(user => (user.Id, user.Detail)).ToList();
        Assert.Contains((run.Id, (string?)"queued"), users);
        Assert.Contains((baseline, (string?)"queued, baseline of qa"), users);
        Assert.Equal(3, users.Count);
        await Assert.ThrowsAsync<LibraryInUseException>(() => Library.DeleteAsync(LibraryKind.Mix, mix.Item.Id, cancellation: Cancellation));
    }

    [Fact]
    public async Task Purge_TakesATaskBack_WhenARunCameMeanwhile()
    {
        var qa = await KeepAsync("qa", Task("qa"));
        await Library.DeleteAsync(LibraryKind.Task, qa.Item.Id, cancellation: Cancellation);
        await LaunchAsync(Task("qa"));
        host.Clock.Advance(LibraryStore.UndoTime + TimeSpan.FromSeconds(1));
        await Library.PurgeAsync((_, _) => { }, Cancellation);
        Assert.NotNull(await Reader.FindAsync(LibraryKind.Task, qa.Item.Id, cancellation: Cancellation));
    }

    private Task<Run> LaunchAsync(params TaskSpec[] tasks) => LaunchAsync(new MethodChoice("proportional"), tasks);

    private Task<Run> LaunchAsync(MethodChoice sampler, params TaskSpec[] tasks) => host.Store.CreateAsync(StoreHost.Spec("mixed") with { Tasks = tasks, Sampler = sampler }, cancellation: Cancellation);

    private Task<LibraryEntry> KeepAsync(string name, TaskSpec task) => Library.CreateAsync(LibraryKind.Task, name, Content(task), cancellation: Cancellation);

    private static LibraryContent Content(TaskSpec task)
    {
        var body = JsonSerializer.Serialize(TaskCheck.Bare(task), WireJson.Compact);
        return new($"sha256:{task.Template.Prompt}{task.MaxNewTokens}", body, 1, 0, [Data]);
    }

    /// <summary>Tasks differ by their template.</summary>
    private static TaskSpec Task(string name) => new() { Name = name, Data = new() { Dataset = Data }, Template = new() { Prompt = $"{name}: {{question}}", Answer = "{answer}" } };
}
