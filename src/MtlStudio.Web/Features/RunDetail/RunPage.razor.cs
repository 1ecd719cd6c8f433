using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MudBlazor;
using MudBlazor.Services;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.RunDetail.Balance;
using MtlStudio.Web.Layout;
using MtlStudio.Web.Live;

namespace MtlStudio.Web.Features.RunDetail;

/// <summary>The page of one run: reads it, follows it, and lets the address choose what is shown.</summary>
public sealed partial class RunPage : ComponentBase, IBrowserViewportObserver
{
    private readonly RunUpdates _updates = new();
    /// <summary>Of this page among those that the browser may have at once.</summary>
    private readonly Guid _name = Guid.NewGuid();
    private CancellationTokenSource? _following;
    private Task _watch = Task.CompletedTask;
    private RunView? _view;
    private List<RunEvent>? _beaten;
    private long _shown;
    private Breakpoint _size = Breakpoint.Lg;
    private Attention _attention = new(TimeProvider.System);
    private DotNetObjectReference<RunPage>? _self;
    private bool _missing;

    [Inject] public required RunLoader Loader { get; set; }
    [Inject] public required FirstReads Reads { get; set; }
    [Inject] public required RunFollower Follower { get; set; }
    [Inject] public required DrawTurns Turns { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [Inject] public required IJSRuntime Js { get; set; }
    [Inject] public required IBrowserViewportService Viewport { get; set; }
    [Inject] public required BrowserClock Times { get; set; }

    [Parameter] public long Id { get; set; }
    [SupplyParameterFromQuery] public string? Tab { get; set; }
    [SupplyParameterFromQuery(Name = "ref")] public string? Ref { get; set; }
    [SupplyParameterFromQuery] public string? X { get; set; }
    [SupplyParameterFromQuery] public double? Smooth { get; set; }
    [SupplyParameterFromQuery] public bool Log { get; set; }
    [SupplyParameterFromQuery] public double? From { get; set; }
    [SupplyParameterFromQuery] public double? To { get; set; }
    [SupplyParameterFromQuery] public string? Panel { get; set; }
    [SupplyParameterFromQuery] public string[]? Series { get; set; }
    [SupplyParameterFromQuery(Name = "task")] public string? TaskName { get; set; }
    [SupplyParameterFromQuery] public int? Example { get; set; }
    [SupplyParameterFromQuery] public string? Level { get; set; }
    [SupplyParameterFromQuery] public int? Window { get; set; }
    [SupplyParameterFromQuery] public string? Pair { get; set; }
    [SupplyParameterFromQuery] public string[]? Pin { get; set; }
    [SupplyParameterFromQuery] public double? Floor { get; set; }
    [SupplyParameterFromQuery] public string? Of { get; set; }
    [SupplyParameterFromQuery] public bool Clip { get; set; }

    private RunQuery Query => RunQuery.Of(Tab, Ref, X, Smooth, Log, From, To) with
    {
        Series = Series ?? [],
        ZoomPanel = Panel,
        Task = TaskName,
        Example = Example,
        Level = Level is "warning" or "error" ? Level : "info",
        Window = Math.Clamp(Window ?? RunQuery.DefaultWindow, 1, 10_000),
        Pair = Pair,
        Pins = Pin ?? [],
        Measure = ShareMeasures.Of(Of),
        ClipsOutliers = Clip,
        Floor = Floor is { } floor && double.IsFinite(floor) ? Math.Max(0, floor) : RunQuery.DefaultFloor,
    };

    protected override void OnInitialized() => _attention = new(Clock);

    protected override async Task OnParametersSetAsync()
    {
        if (_shown == Id)
        {
            if (_view is null) return;
            var before = _view.Query;
            _view = _view with { Query = Query };
            // Beside another reference the run is judged anew.
            if ((before.Reference, before.Pinned) != (Query.Reference, Query.Pinned) && await Loader.LoadAsync(Id, Query.Reference, Query.Pinned) is { } beside && _view is not null && _shown == beside.Run.Id)
                _view = _view with { Now = beside };
            return;
        }
        await EndWatchAsync();
        (_shown, _view, _missing) = (Id, null, false);
        var snapshot = await Reads.ReadAsync(nameof(RunPage), () => Loader.LoadAsync(Id, Query.Reference, Query.Pinned));
        if (_shown != Id) return; // another run was chosen meanwhile
        _missing = snapshot is null;
        if (snapshot is null) return;
        _view = new(snapshot, Query, _updates, _size);
        if (Reads.IsAhead) return; // its circuit follows it
        _following = new();
        _watch = WatchAsync(Id, snapshot.Run.IngestSeq, _following.Token);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        await Viewport.SubscribeAsync(this, fireImmediately: true);
        _self = DotNetObjectReference.Create(this);
        Seen(await Js.InvokeAsync<bool?>("mtlSeen.watch", _name, _self) ?? true);
        if (await Times.AskAsync()) StateHasChanged();
    }

    Guid IBrowserViewportObserver.Id => _name;

    Task IBrowserViewportObserver.NotifyBrowserViewportChangeAsync(BrowserViewportEventArgs browserViewportEventArgs) => InvokeAsync(() =>
    {
        if (_size == browserViewportEventArgs.Breakpoint) return;
        _size = browserViewportEventArgs.Breakpoint;
        if (_view is not null) _view = _view with { Size = _size };
        StateHasChanged();
    });

    /// <summary>The browser tells whether its tab can be seen.</summary>
    [JSInvokable]
    public void Seen(bool seen) => _attention.IsThere = seen;

    private async Task WatchAsync(long id, long afterSeq, CancellationToken cancellation)
    {
        try
        {
            await Task.Yield();
            await new RunLive(Follower, Turns, Clock, _attention).WatchAsync(id, afterSeq, batch => InvokeAsync(() => BeatAsync(id, batch)), batch => InvokeAsync(() => DrawAsync(id, batch)), cancellation);
        }
        catch (Exception ended) when (cancellation.IsCancellationRequested || ended is JSDisconnectedException)
        {
            // The page was left.
        }
        catch (Exception fault)
        {
            await DispatchExceptionAsync(fault);
        }
    }

    private bool IsWatched(long id) => _view is not null && id == _shown && _following is { IsCancellationRequested: false };

    private Task BeatAsync(long id, RunBatch batch)
    {
        if (!IsWatched(id)) return Task.CompletedTask;
        _view!.Now.Apply(batch.Events);
        _beaten?.AddRange(batch.Events);
        return _updates.BeatAsync();
    }

    private async Task DrawAsync(long id, RunBatch batch)
    {
        if (!IsWatched(id)) return;
        if (batch.Change != RunChange.Points)
        {
            _beaten = [];
            var fresh = await Loader.LoadAsync(id, Query.Reference, Query.Pinned, _following!.Token);
            if (!IsWatched(id)) return;
            if (fresh is null)
            {
                (_view, _missing) = (null, true);
                StateHasChanged();
                return;
            }
            fresh.Apply(batch.Events);
            fresh.Apply(_beaten); // what came while it was read
            _beaten = null;
            _view = _view! with { Now = fresh };
        }
        else
            _view = _view! with { Now = _view.Now };
        StateHasChanged();
        await _updates.TellAsync(batch);
    }

    private async Task EndWatchAsync()
    {
        if (_following is null) return;
        await _following.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _following.Dispose();
        _following = null;
    }

    public async ValueTask DisposeAsync()
    {
        await Viewport.UnsubscribeAsync(this);
        await EndWatchAsync();
        if (_self is null) return;
        try
        {
            await Js.InvokeVoidAsync("mtlSeen.unwatch", _name);
        }
        catch (JSDisconnectedException)
        {
            // The browser left first.
        }
        _self.Dispose();
    }
}
