using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Store.Judging;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Features.Compare.Verdicts;
using MtlStudio.Web.Live;
using MudBlazor;
using MudBlazor.Services;

namespace MtlStudio.Web.Features.Compare;

/// <summary>Runs beside each other: reads them, follows those that train, and lets the address choose what is shown.</summary>
public sealed partial class ComparePage : ComponentBase, IBrowserViewportObserver
{
    /// <summary>Between two readings while a run trains: scores come with evaluations, not with steps.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    /// <summary>Pixels that a window must grow or shrink by before figures are drawn anew.</summary>
    private const int Notable = 24;

    private readonly CancellationTokenSource _gone = new();
    private CompareView? _view;
    private CompareSet? _set;
    private Comparison? _judged;
    private (CompareSet, string)? _judgedFor;
    private string? _shown;
    private Breakpoint _size = Breakpoint.Lg;
    private int _window = 1440;
    private int _round;
    private bool _changed;

    [Inject] public required CompareLoader Loader { get; set; }
    [Inject] public required Comparer Judge { get; set; }
    [Inject] public required LiveFeed Feed { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [Inject] public required IBrowserViewportService Viewport { get; set; }
    [Inject] public required BrowserClock Times { get; set; }

    [SupplyParameterFromQuery] public string? Runs { get; set; }
    [SupplyParameterFromQuery] public string? Reference { get; set; }
    [SupplyParameterFromQuery(Name = "task")] public string? TaskName { get; set; }
    [SupplyParameterFromQuery] public string? Curve { get; set; }
    [SupplyParameterFromQuery] public string? X { get; set; }
    [SupplyParameterFromQuery] public double? Smooth { get; set; }
    [SupplyParameterFromQuery] public bool Log { get; set; }
    [SupplyParameterFromQuery] public double? From { get; set; }
    [SupplyParameterFromQuery] public double? To { get; set; }
    [SupplyParameterFromQuery] public string? Panel { get; set; }
    [SupplyParameterFromQuery] public string? Seeds { get; set; }
    [SupplyParameterFromQuery] public string? Color { get; set; }
    [SupplyParameterFromQuery] public string[]? Pin { get; set; }
    [SupplyParameterFromQuery] public string? Field { get; set; }
    [SupplyParameterFromQuery] public string? Against { get; set; }
    [SupplyParameterFromQuery] public int? Example { get; set; }
    [SupplyParameterFromQuery] public int? Step { get; set; }
    [SupplyParameterFromQuery] public string? Split { get; set; }
    [SupplyParameterFromQuery] public string? Diff { get; set; }
    [SupplyParameterFromQuery] public long? Open { get; set; }
    [SupplyParameterFromQuery] public string? Sort { get; set; }
    [SupplyParameterFromQuery] public int? Page { get; set; }

    /// <summary>What the address says; what makes no sense is taken as not said.</summary>
    private CompareQuery Query => new()
    {
        Runs = [.. CompareQuery.Numbers(Runs).Take(CompareQuery.Most)],
        Reference = Reference is CompareReference.Baseline or CompareReference.Untuned || Reference is not null && CompareReference.Run(Reference) is > 0 ? Reference : null,
        Task = TaskName,
        Curve = Enum.TryParse<CurveKind>(Curve, ignoreCase: true, out var kind) && Enum.IsDefined(kind) ? kind : null,
        X = Enum.GetValues<XAxis>().Cast<XAxis?>().FirstOrDefault(axis => XAxes.Name(axis!.Value) == X) ?? XAxis.TaskExamples,
        Smoothing = Smooth is { } smooth && double.IsFinite(smooth) ? Math.Clamp(smooth, 0, 0.99) : CompareQuery.DefaultSmoothing,
        LogY = Log,
        Zoom = From < To ? new(From.Value, To.Value) : null,
        ZoomPanel = Panel,
        GroupSeeds = Seeds != "apart",
        Colored = CompareQuery.Numbers(Color),
        Pins = Pin ?? [],
        Field = Field,
        Against = Against,
        Example = Example,
        Step = Step,
        Split = Split is "test" or "validation" ? Split : null,
        Diff = Diff is "first" or "off" ? Diff : "reference",
        Opened = Open,
        Sort = Sort,
        Page = Page ?? 0,
    };

    protected override void OnInitialized() => _ = WatchAsync();

    protected override async Task OnParametersSetAsync()
    {
        var query = Query;
        var wanted = string.Join(',', query.Runs);
        if (_shown != wanted)
        {
            _shown = wanted;
            var set = await Loader.LoadAsync(query.Runs, _gone.Token);
            if (_shown != wanted) return; // other runs were chosen meanwhile
            _set = set;
            query = Query;
        }
        if (_set is null) return;
        Show(query);
        await JudgeAsync();
    }

    private void Show(CompareQuery query)
    {
        var view = new CompareView(_set!, query, _set!.Lines(query), _size, _round) { Window = _window };
        _view = view with { Book = _judged is { } judged && _judgedFor == (_set!, view.Reference) ? VerdictBook.Of(view, judged) : null };
    }

    /// <summary>Sets the scores beside the reference, once for each set of runs and reference; the page stands meanwhile.</summary>
    private async Task JudgeAsync()
    {
        if (_view is not { } view || view.Set.Runs.Count == 0 || _judgedFor == (view.Set, view.Reference) || ReferenceChoice.Parse(view.Reference) is not { } reference) return;
        (_judgedFor, _judged) = ((view.Set, view.Reference), null);
        var judged = await Judge.CompareAsync(view.Ids, reference, _gone.Token);
        if (_judgedFor != (view.Set, view.Reference)) return; // other runs or another reference were chosen meanwhile
        _judged = judged;
        Show(Query);
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        await Viewport.SubscribeAsync(this, fireImmediately: true);
        if (await Times.AskAsync()) StateHasChanged();
    }

    Guid IBrowserViewportObserver.Id { get; } = Guid.NewGuid();

    ResizeOptions? IBrowserViewportObserver.ResizeOptions { get; } = new() { ReportRate = 300, NotifyOnBreakpointOnly = false };

    Task IBrowserViewportObserver.NotifyBrowserViewportChangeAsync(BrowserViewportEventArgs browserViewportEventArgs) => InvokeAsync(() =>
    {
        // A browser that has not told its size yet.
        var width = browserViewportEventArgs.BrowserWindowSize?.Width is > 0 and var told ? told : _window;
        // Figures shrink by themselves; they are drawn anew where that would show.
        if (_size == browserViewportEventArgs.Breakpoint && Math.Abs(width - _window) < Notable) return;
        (_size, _window) = (browserViewportEventArgs.Breakpoint, width);
        if (_view is not null) _view = _view with { Size = _size, Window = _window };
        StateHasChanged();
    });

    private static string? Sentence(CompareView view) => view.Set.Runs.Count switch
    {
        0 => "Choose two runs or more: each task's scores, curves and outputs stand beside each other.",
        _ when view.Book is null => null,
        _ => VerdictSentence.Of(view, view.Book),
    };

    private async Task WatchAsync()
    {
        using var feed = Feed.SubscribeAll();
        try
        {
            await Task.Yield();
            var listening = ListenAsync(feed);
            using var timer = new PeriodicTimer(Pace, Clock);
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (listening.IsCompleted) await listening;
                if (!Interlocked.Exchange(ref _changed, false)) continue;
                await InvokeAsync(ReadAgainAsync);
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

    private async Task ListenAsync(LiveSubscription feed)
    {
        await foreach (var item in feed.ReadAllAsync(_gone.Token))
            if (Matters(item)) Interlocked.Exchange(ref _changed, true);
    }

    private bool Matters(LiveItem item) => item switch
    {
        LiveEvents live => Shows(live.RunId) && live.Events.Any(value => value is EvaluationEvent or EndedEvent or RewoundEvent or StartedEvent),
        LiveChange change => Shows(change.RunId),
        _ => true,
    };

    private bool Shows(long run) => _set is { } set && (set.Runs.Any(shown => shown.Id == run || shown.Baselines.Values.Contains(run)) || set.Missing.Contains(run));

    private async Task ReadAgainAsync()
    {
        var shown = _shown;
        var set = await Loader.LoadAsync(Query.Runs, _gone.Token);
        if (_shown != shown) return;
        // The old verdicts stay until the new ones are there.
        var before = _view?.Book;
        (_set, _round) = (set, _round + 1);
        Show(Query);
        _view = _view! with { Book = before };
        StateHasChanged();
        await JudgeAsync();
        StateHasChanged();
    }

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await Viewport.UnsubscribeAsync(this);
        _gone.Dispose();
    }
}
