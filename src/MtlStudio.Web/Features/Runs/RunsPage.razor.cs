using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Layout;
using MtlStudio.Web.Live;
using MtlStudio.Web.Theme;
using MudBlazor;

namespace MtlStudio.Web.Features.Runs;

/// <summary>The table of runs. The address says what is shown; what happens to runs is read anew at most a few times a second.</summary>
public sealed partial class RunsPage : ComponentBase, IAsyncDisposable
{
    /// <summary>Between two readings while something happens; the eye needs no more.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(500), ChartPace = TimeSpan.FromSeconds(3);

    private readonly CancellationTokenSource _gone = new();
    private RunPicks _picks = null!;
    private readonly Dictionary<string, int> _open = [];
    private RunsSnapshot? _now;
    private RunsAddress? _read;
    private long? _readView;
    private IReadOnlyList<string> _tags = [];
    private Task _watch = Task.CompletedTask;
    private long _grown, _grownAt, _readAt;
    private TimeSpan _readTook;
    private bool _changed, _hasGrown;
    private RunsTable? _table;
    private PageHeader? _header;
    /// <summary>What had the keyboard goes with the next rendering, so that the table takes it.</summary>
    private bool _lostFocus;

    [Inject] public required RunsLoader Loader { get; set; }
    [Inject] public required FirstReads Reads { get; set; }
    [Inject] public required RunBulk Bulk { get; set; }
    [Inject] public required RunTableReader Table { get; set; }
    [Inject] public required LiveFeed Feed { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required ISnackbar Notices { get; set; }
    [Inject] public required TimeProvider Clock { get; set; }
    [Inject] public required BrowserClock Times { get; set; }

    [SupplyParameterFromQuery] public string? Filter { get; set; }
    [SupplyParameterFromQuery] public string? Columns { get; set; }
    [SupplyParameterFromQuery(Name = "sort")] public string? SortBy { get; set; }
    [SupplyParameterFromQuery(Name = "group")] public string? GroupBy { get; set; }
    [SupplyParameterFromQuery] public string? Chart { get; set; }
    [SupplyParameterFromQuery] public string? X { get; set; }
    [SupplyParameterFromQuery] public int? Pinned { get; set; }
    [SupplyParameterFromQuery(Name = "page")] public int? PageNumber { get; set; }
    [SupplyParameterFromQuery(Name = "size")] public int? PageSize { get; set; }
    [SupplyParameterFromQuery(Name = "color")] public string? ColoredRuns { get; set; }
    [SupplyParameterFromQuery(Name = "hide")] public string? HiddenRuns { get; set; }
    /// <summary>A saved view; 0: none, not even the default one.</summary>
    [SupplyParameterFromQuery(Name = "view")] public long? ViewId { get; set; }

    private RunsAddress Address => new(Filter, Columns, SortBy, GroupBy, Chart, X, Pinned, PageNumber, PageSize, ColoredRuns, HiddenRuns);

    /// <summary>What there is to say, in one sentence.</summary>
    private string Sentence => _now is not { } now ? "" : now.Runs == 0 ? "No run yet."
        : $"{Count(now.Runs)}{(now.Query.Filter.Length > 0 && now.Fault is null ? now.Groups is null ? $", {now.Total:#,0} shown by the filter" : ", filtered" : "")}{(now.Groups is { } groups ? $", in {groups.Total:#,0} {(groups.Total == 1 ? "group" : "groups")}" : "")}.";

    protected override void OnInitialized()
    {
        _picks = new(Loader);
        _watch = WatchAsync();
    }

    protected override async Task OnParametersSetAsync()
    {
        if (_read == Address && _readView == ViewId) return;
        (_read, _readView) = (Address, ViewId);
        if (Reads.TryTake<RunsSnapshot>(nameof(RunsPage), out var shown))
        {
            // Read anew by the watch, for what happened since.
            (_now, _changed) = (shown, true);
            return;
        }
        if (Reads.IsAhead) await ReadAheadAsync();
        else await ReadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && await Times.AskAsync()) StateHasChanged();
        if (!_lostFocus) return;
        _lostFocus = false;
        await (_table?.FocusAsync() ?? _header?.FocusAsync() ?? ValueTask.CompletedTask);
    }

    private async Task ReadAheadAsync()
    {
        try
        {
            await Reads.ReadAsync(nameof(RunsPage), async () =>
            {
                await ReadAsync();
                return _now!;
            });
        }
        catch (Exception fault) when (StoreFaults.Cure(fault) is not null)
        {
            // The page in its circuit reads again, and says what is wrong where people see it.
        }
    }

    private async Task ReadAsync()
    {
        var began = Clock.GetTimestamp();
        var now = await Loader.LoadAsync(Address, ViewId, _open, _gone.Token);
        (_now, _readAt, _readTook) = (now, Clock.GetTimestamp(), Clock.GetElapsedTime(began));
        // Rows that went are chosen no more; those on other pages stay chosen.
        if (now.Runs == 0) _picks.Clear();
    }

    private async Task WatchAsync()
    {
        using var feed = Feed.SubscribeAll();
        try
        {
            var listening = ListenAsync(feed);
            using var timer = new PeriodicTimer(Pace, Clock);
            while (await timer.WaitForNextTickAsync(_gone.Token))
            {
                if (listening.IsCompleted) await listening;
                // What takes long to read (groups of thousands of runs) is read the more seldom: at most a tenth of the time.
                if (Clock.GetElapsedTime(_readAt) < 10 * _readTook || !Interlocked.Exchange(ref _changed, false)) continue;
                await InvokeAsync(async () =>
                {
                    if (_hasGrown && Clock.GetElapsedTime(_grownAt) > ChartPace) (_hasGrown, _grownAt, _grown) = (false, Clock.GetTimestamp(), _grown + 1);
                    await ReadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception ended) when (ended is OperationCanceledException or JSDisconnectedException or ObjectDisposedException)
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
        {
            // Points of a run that is not shown change nothing here.
            if (item is LiveEvents events && _now?.Shown.All(row => row.Id != events.RunId) == true && _now.Groups is null) continue;
            if (item is LiveEvents) _hasGrown = true;
            Interlocked.Exchange(ref _changed, true);
        }
    }

    /// <summary>The runs with a color in the chart: the chosen ones, or the first four that are shown.</summary>
    private static IReadOnlyList<long> Colored(RunsSnapshot now) => now.Query.Colored
        ?? [.. now.Shown.Select(row => row.Id).Where(id => !now.Query.Hidden.Contains(id)).Take(RunColors.Count)];

    private void ColorRun(long run)
    {
        var colored = Colored(_now!);
        long[] next = colored.Contains(run) ? [.. colored.Where(id => id != run)] : [.. colored.TakeLast(RunColors.Count - 1), run];
        Navigation.SetQuery(("color", string.Join(',', next)), ("hide", List(_now!.Query.Hidden.Where(id => id != run))));
    }

    private void Hide(long run)
    {
        var hidden = _now!.Query.Hidden;
        Navigation.SetQuery(("hide", List(hidden.Contains(run) ? hidden.Where(id => id != run) : hidden.Append(run))));
    }

    private void SetFilter(string filter) => Navigation.SetQuery(("filter", filter.Length > 0 || _now?.View is not null ? filter : null), ("page", null));

    private void AddCondition(FilterNode condition)
    {
        var filter = RunFilterParser.TryParse(_now!.Query.Filter, Clock.GetUtcNow(), out _);
        if (filter?.Conditions.Any(known => known.ToString() == condition.ToString()) != true) SetFilter(FilterNode.Join([filter, condition])!.ToString());
    }

    private void SetColumns(IReadOnlyList<RunColumn>? columns) => Navigation.SetQuery(("columns", columns is null ? null : string.Join(',', columns)));

    private void Sort((RunColumn Column, bool Add) wish)
    {
        var old = _now!.Query.Sort.FirstOrDefault(sort => sort.Column == wish.Column);
        // Names from a to z first, numbers and times from the largest; then the other way; then no more.
        var first = RunFields.KindOf(wish.Column) is not (RunValueKind.Text or RunValueKind.Words or RunValueKind.State);
        RunSort? next = old is null ? new(wish.Column, first) : old.Descending == first ? new(wish.Column, !first) : null;
        var others = wish.Add ? _now.Query.Sort.Where(sort => sort.Column != wish.Column) : [];
        SetSort([.. others, .. next is null ? Array.Empty<RunSort>() : [next]]);
    }

    private void SetSort(IReadOnlyList<RunSort> sorts) => Navigation.SetQuery(("sort", sorts.Count > 0 || _now?.View is not null ? string.Join(',', sorts) : null), ("page", null));

    private void Head((RunColumn Column, HeadAct Act) wish)
    {
        var columns = _now!.Query.Columns.ToList();
        var place = columns.IndexOf(wish.Column);
        switch (wish.Act)
        {
            case HeadAct.Ascending or HeadAct.Descending:
                SetSort([new(wish.Column, wish.Act == HeadAct.Descending)]);
                break;
            case HeadAct.Group:
                ToggleGroup(wish.Column);
                break;
            case HeadAct.Hide when columns.Count > 1:
                columns.RemoveAt(place);
                Navigation.SetQuery(("columns", string.Join(',', columns)), ("pinned", _now.Query.Pinned - (place < _now.Query.Pinned ? 1 : 0)));
                break;
            case HeadAct.Pin:
                columns.RemoveAt(place);
                var pinned = _now.Query.Pinned + (place < _now.Query.Pinned ? -1 : 1);
                columns.Insert(place < _now.Query.Pinned ? pinned : pinned - 1, wish.Column);
                Navigation.SetQuery(("columns", string.Join(',', columns)), ("pinned", Math.Clamp(pinned, 0, 6)));
                break;
        }
    }

    private void Move((int From, int To) move)
    {
        if (move.From == move.To) return;
        var columns = _now!.Query.Columns.ToList();
        var moved = columns[move.From];
        columns.RemoveAt(move.From);
        columns.Insert(move.To, moved);
        SetColumns(columns);
    }

    private void ToggleGroup(RunColumn column)
    {
        var group = _now!.Query.Group;
        var next = group.Contains(column) ? group.Where(other => other != column) : group.Append(column);
        Navigation.SetQuery(("group", string.Join(',', next)), ("page", null));
    }

    private async Task OpenAsync(RunGroup group)
    {
        var key = RunsLoader.KeyOf(group);
        if (!_open.Remove(key)) _open[key] = RunsLoader.RowsAGroup;
        await ReadAsync();
    }

    private async Task MoreAsync(RunGroup group)
    {
        var key = RunsLoader.KeyOf(group);
        _open[key] = Math.Min(_open.GetValueOrDefault(key, RunsLoader.RowsAGroup) * 2, RunTableReader.MaxTake);
        await ReadAsync();
    }

    private Task Pick(long run)
    {
        _picks.Toggle(run);
        return ReadTagsAsync();
    }

    private async Task PickAll(bool pick)
    {
        await _picks.PickShownAsync(_now!, pick, _gone.Token);
        await ReadTagsAsync();
    }

    private async Task PickGroupAsync((RunGroup Group, bool Pick) wish)
    {
        await _picks.PickAsync(_now!, wish.Group, wish.Pick, _gone.Token);
        await ReadTagsAsync();
    }

    private void PickNone()
    {
        _picks.Clear();
        _lostFocus = true;
    }

    private Task PickEveryAsync() => _picks.PickEveryAsync(_now!, _gone.Token);

    private async Task ReadTagsAsync()
    {
        if (_picks.Runs.Count > 0) _tags = await Table.ValuesAsync(new(RunColumnKind.Field, "tag"), most: 100, cancellation: _gone.Token);
    }

    private void Compare()
    {
        // In the table's order, then what is chosen on other pages.
        var order = _now!.Shown.Select(row => row.Id).Where(_picks.Runs.Contains).Concat(_picks.Runs).Distinct();
        Navigation.NavigateTo($"/compare?runs={string.Join(',', order)}");
    }

    private async Task BulkAsync((BulkAct Act, string Text) wish)
    {
        long[] ids = [.. _picks.Runs];
        await DoAsync(wish.Act, ids, wish.Text);
        if (wish.Act != BulkAct.Delete) return;
        _picks.Clear();
        _lostFocus = true;
    }

    private Task ActAsync(RowWish wish)
    {
        var id = wish.Row.Id;
        return wish.Act switch
        {
            RowAct.Stop => DoAsync(BulkAct.Stop, [id]),
            RowAct.Archive => DoAsync(wish.Row.Archived ? BulkAct.Unarchive : BulkAct.Archive, [id]),
            RowAct.Delete => DeleteAsync(id),
            RowAct.Tag => DoAsync(BulkAct.Tag, [id], wish.Text),
            RowAct.Untag => DoAsync(BulkAct.Untag, [id], wish.Text),
            RowAct.Note => TellAsync(Bulk.NoteAsync(id, wish.Text), "noted"),
            _ => TellAsync(Bulk.RenameAsync(id, wish.Text), "renamed"),
        };
    }

    private async Task DeleteAsync(long id)
    {
        await DoAsync(BulkAct.Delete, [id]);
        _lostFocus = true;
    }

    private Task DoAsync(BulkAct act, long[] ids, string text = "") => act switch
    {
        BulkAct.Stop => TellAsync(Bulk.StopAsync(ids), "stopped"),
        BulkAct.Archive => TellAsync(Bulk.ArchiveAsync(ids, true), "archived", done => Bulk.ArchiveAsync(done, false)),
        BulkAct.Unarchive => TellAsync(Bulk.ArchiveAsync(ids, false), "taken out of the archive", done => Bulk.ArchiveAsync(done, true)),
        BulkAct.Tag => TellAsync(Bulk.TagAsync(ids, text, add: true), $"tagged {text}"),
        BulkAct.Untag => TellAsync(Bulk.TagAsync(ids, text, add: false), $"no longer tagged {text}"),
        _ => TellAsync(Bulk.DeleteAsync(ids), "deleted", Bulk.RestoreAsync),
    };

    /// <summary>Says what was done and what was refused; offers to undo it for ten seconds.</summary>
    private async Task TellAsync(Task<BulkResult> act, string done, Func<IEnumerable<long>, Task<BulkResult>>? undo = null)
    {
        var result = await act;
        if (done == "deleted") _picks.Remove(result.Done);
        await ReadAsync();
        Notices.Add(result.Said(done), result.Refused.Count > 0 ? Severity.Warning : Severity.Normal, notice =>
        {
            notice.VisibleStateDuration = undo is null ? 5000 : 10_000;
            if (undo is null || result.Done.Count == 0) return;
            notice.Action = "Undo";
            notice.OnClick = async _ =>
            {
                var back = await undo(result.Done);
                // The notice outlives the page.
                if (_gone.IsCancellationRequested) return;
                await InvokeAsync(async () =>
                {
                    await ReadAsync();
                    _lostFocus = true;
                    StateHasChanged();
                    if (back.Refused.Count > 0) Notices.Add(back.Said("brought back"), Severity.Warning);
                });
            };
        });
    }

    private async Task SavedAsync(RunTableView? view)
    {
        if (view is not null) Navigation.NavigateTo($"/runs?view={view.Id}", replace: true);
        await ReadAsync();
    }

    /// <summary>True where the page shows something else than the saved view.</summary>
    private bool IsChanged => _now is { View: { } view } now && !Same(now.Query.State, RunsQuery.Of(new(null, null, null, null, null, null, null, null, null, null, null), RunTableViews.StateOf(view), now.Names).State);

    private static bool Same(RunTableState a, RunTableState b) => System.Text.Json.JsonSerializer.Serialize(a) == System.Text.Json.JsonSerializer.Serialize(b);

    private void Go(int page) => Navigation.SetQuery(("page", page == 1 ? null : page));

    private bool Mentions(string field) => RunFilterParser.TryParse(_now!.Query.Filter, Clock.GetUtcNow(), out _)?.Columns.Any(column => column.Name == field) == true;

    /// <summary>Runs that the filter finds; of grouped ones, those of this page's groups.</summary>
    private int Found => _now!.Rows?.Total ?? _now.Groups?.Items.Sum(group => group.Count) ?? 0;

    private static int Pages(RunsSnapshot now) => Math.Max(1, (now.Total + now.Query.Size - 1) / now.Query.Size);

    private static string Range(RunsSnapshot now)
    {
        var from = (now.Query.Page - 1) * now.Query.Size;
        var what = now.Groups is null ? "" : " groups";
        return $"{from + 1:#,0} – {Math.Min(from + now.Query.Size, now.Total):#,0} of {now.Total:#,0}{what}";
    }

    private static string Count(int runs) => runs == 1 ? "1 run" : $"{runs:#,0} runs";

    private static string? List(IEnumerable<long> ids) => string.Join(',', ids) is { Length: > 0 } list ? list : null;

    private string Ask => string.Concat(
        _now!.Query.Filter.Length > 0 ? $"&filter={Uri.EscapeDataString(_now.Query.Filter)}" : "",
        $"&columns={Uri.EscapeDataString(string.Join(',', _now.Query.Columns))}",
        _now.Query.Sort.Count > 0 ? $"&sort={Uri.EscapeDataString(string.Join(',', _now.Query.Sort))}" : "")[1..];

    private string CsvHref => _now!.Groups is null ? $"/api/v1/runs/table.csv?{Ask}" : $"/api/v1/runs/groups.csv?{GroupAsk}&{Ask}";

    private string GroupAsk => $"group={Uri.EscapeDataString(string.Join(',', _now!.Query.Group))}";

    private string ApiCall => _now!.Groups is null ? $"/api/v1/runs/table?{Ask}" : $"/api/v1/runs/groups?{GroupAsk}&{Ask}";

    /// <summary>What runs are grouped by most: settings that differ, and what is shown.</summary>
    private static IEnumerable<RunColumn> GroupChoices(RunsSnapshot now) =>
        now.Query.Group.Concat(RunColumn.ParseList("policy,task,model,state,tag,seed,baseline,sampler.name,peft.options.rank,training.steps,optimizer.options.lr,created")
            .Where(column => column.Kind == RunColumnKind.Field || now.Names.Spec.Contains(column.Name))).Distinct();

    public async ValueTask DisposeAsync()
    {
        await _gone.CancelAsync();
        await _watch;
        _gone.Dispose();
    }
}
