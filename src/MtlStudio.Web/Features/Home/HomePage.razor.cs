using Microsoft.JSInterop;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Live;
using MtlStudio.Web.Samples;
using MudBlazor;

namespace MtlStudio.Web.Features.Home;

public partial class HomePage
{
    /// <summary>Between two readings while something happens; the eye needs no more.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(700);

    private readonly CancellationTokenSource gone = new();
    private HomeSnapshot? _home;
    private Preset? _first;
    private bool _busy;
    private bool _changed;

    protected override async Task OnInitializedAsync()
    {
        await ReadAsync();
        _ = WatchAsync();
        if (!_home!.HasNoOwnRuns) return;
        _first = await Presets.AllAsync(gone.Token) is [var first, ..] ? first : null;
    }

    private async Task ReadAsync() => _home = await Query.ReadAsync(gone.Token);

    private async Task WatchAsync()
    {
        using var feed = Feed.SubscribeAll();
        try
        {
            var listening = ListenAsync(feed);
            using var timer = new PeriodicTimer(Pace, Clock);
            while (await timer.WaitForNextTickAsync(gone.Token))
            {
                if (listening.IsCompleted) await listening;
                if (!Interlocked.Exchange(ref _changed, false)) continue;
                await ReadAsync();
                await InvokeAsync(StateHasChanged);
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or JSDisconnectedException)
        {
            // The page was left.
        }
        catch (Exception fault)
        {
            await DispatchExceptionAsync(fault);
        }
    }

    // What came is read from the store; the feed says only that something did.
    private async Task ListenAsync(LiveSubscription feed)
    {
        await foreach (var _ in feed.ReadAllAsync(gone.Token)) Interlocked.Exchange(ref _changed, true);
    }

    private async Task LaunchSample()
    {
        if (_first is null) return;
        _busy = true;
        if (await Try(async () => await Commands.LaunchAsync(_first.Spec)) is { } run) Navigation.NavigateTo($"/runs/{run.Id}");
        _busy = false;
    }

    private Task Stop(long run) => Try(async () => await Commands.StopAsync(run));

    private Task Reorder(IReadOnlyList<long> order) => Try(async () =>
    {
        await Commands.ReorderAsync(order);
        return (Run?)null;
    });

    /// <summary>Does it, and tells a refusal in its own words.</summary>
    private async Task<Run?> Try(Func<Task<Run?>> act)
    {
        try
        {
            var run = await act();
            await ReadAsync();
            return run;
        }
        catch (Exception refused) when (refused is InvalidInputException or RunStateException or RunNotFoundException)
        {
            Snackbar.Add(refused.Message, Severity.Warning);
            return null;
        }
    }

    public void Dispose()
    {
        gone.Cancel();
        gone.Dispose();
    }
}
