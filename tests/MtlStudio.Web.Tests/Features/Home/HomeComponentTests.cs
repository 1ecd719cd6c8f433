using Bunit;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Features.Home;
using MtlStudio.Web.Samples;
using MtlStudio.Web.Theme;
using MudBlazor.Services;

namespace MtlStudio.Web.Tests.Features.Home;

/// <summary>What can be pressed on Home: the queue, the running runs, the first start.</summary>
public sealed class HomeComponentTests : IAsyncDisposable
{
    private readonly BunitContext context = new();

    public HomeComponentTests()
    {
        context.JSInterop.Mode = JSRuntimeMode.Loose;
        context.Services.AddMudServices(options => options.PopoverOptions.CheckForPopoverProvider = false);
        context.Services.AddSingleton(TimeProvider.System);
    }

    [Fact]
    public async Task Waiting_GivesTheNewOrder_AndCancelsOneRun()
    {
        IReadOnlyList<long>? order = null;
        long? cancelled = null;
        var list = context.Render<WaitingList>(parameters => parameters
            .Add(one => one.Runs, [Waits(3), Waits(4), Waits(5)])
            .Add(one => one.Reorder, next => order = next)
            .Add(one => one.Cancel, run => cancelled = run));
        Assert.Equal(["waits for cpu:0", "waits for cpu:0", "waits for cpu:0"], list.FindAll(".waiting-reason").Select(reason => reason.TextContent));
        Assert.True(list.Find("[aria-label='Move run 3 up']").HasAttribute("disabled"));
        Assert.True(list.Find("[aria-label='Move run 5 down']").HasAttribute("disabled"));
        await list.PressAsync("[aria-label='Move run 5 up']");
        Assert.Equal([3, 5, 4], order!);
        await list.PressAsync("[aria-label='Move run 3 down']");
        Assert.Equal([4, 3, 5], order!);
        await list.InvokeAsync(() => list.FindAll("li")[2].DragStartAsync(new()));
        await list.InvokeAsync(() => list.FindAll("li")[0].DropAsync(new()));
        Assert.Equal([5, 3, 4], order!);
        await list.PressAsync("[aria-label='Cancel run 4']");
        Assert.Equal(4, cancelled);
    }

    [Fact]
    public async Task Card_TellsHowFarTheRunIs_AndStopsIt()
    {
        long? stopped = null;
        var run = new Run { Id = 42, Name = "four tasks", State = RunState.Running, Step = 71, TotalSteps = 100, Device = "cpu:0" };
        var card = context.Render<CascadingValue<ThemeState>>(theme => theme
            .Add(one => one.Value, new ThemeState(ThemeChoice.Light, IsDark: false))
            .AddChildContent<RunCard>(parameters => parameters
                .Add(one => one.Card, new RunningCard(run, [new("qa", 0, [0, 10], [3.1, 1.9], 0.6), new("sentiment", 1, [], [], null)], 3100, 2))
                .Add(one => one.Stop, id => stopped = id)));
        Assert.Contains("step 71 of 100 · 3,100 tokens/s · cpu:0", card.Find(".run-card-facts").TextContent);
        Assert.Contains("loss of qa from 3.1", card.Markup);
        Assert.Contains("sentiment: no curve yet", card.Markup);
        Assert.Contains("and 2 more", card.Markup);
        await card.PressAsync("[aria-label='Stop run 42']");
        Assert.Equal(42, stopped);
    }

    [Fact]
    public async Task FirstStart_Launches_OnceTheSamplesAreThere()
    {
        var launched = 0;
        var start = context.Render<FirstStart>(parameters => parameters.Add(one => one.Launch, () => launched++));
        Assert.True(start.Find("button").HasAttribute("disabled"));
        Assert.Contains("The samples are being laid out", start.Markup);
        start.Render(parameters => parameters.Add(one => one.Preset, new Preset("four tasks", "All counting the same.", new RunSpec())).Add(one => one.Recorded, [new Run { Id = 1 }, new Run { Id = 8 }]));
        Assert.Contains("All counting the same.", start.Markup);
        Assert.Equal("/compare?runs=1,8&reference=baseline", start.FindAll("a").First(link => link.TextContent.StartsWith("See which", StringComparison.Ordinal)).GetAttribute("href"));
        await start.PressAsync("button");
        Assert.Equal(1, launched);
    }

    private static WaitingRun Waits(long id) => new(new Run { Id = id, Name = $"run {id}" }, "waits for cpu:0");

    public ValueTask DisposeAsync() => context.DisposeAsync();
}
