using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MtlStudio.Store;
using MtlStudio.Web.Charts;

namespace MtlStudio.Web.Features.Reviews;

/// <summary>What the votes say; kept from a reviewer who is in the middle of a blind review until they press for it.</summary>
public sealed partial class ResultsPage : ComponentBase, IDisposable
{
    private const int PageSize = 100;

    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<ItemResult> _items = [];
    private ReviewLine? _line;
    private ReviewResults? _results;
    private string? _reviewer;
    private int? _gate;
    private int _most = PageSize;
    private bool _asked, _missing;

    [Inject] public required ReviewStore Reviews { get; set; }
    [Inject] public required ReviewVotes Votes { get; set; }
    [Inject] public required ReviewerMemory Memory { get; set; }
    [Inject] public required BrowserClock Times { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }

    [Parameter] public long Id { get; set; }
    [SupplyParameterFromQuery(Name = "informed")] public bool CountInformed { get; set; }
    [SupplyParameterFromQuery] public string? Show { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        if (_asked) await ReadAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!firstRender) return;
        try
        {
            _reviewer = await Memory.NameAsync();
            await Times.AskAsync();
        }
        catch (JSDisconnectedException)
        {
            return; // The page was left.
        }
        _asked = true;
        await ReadAsync();
        StateHasChanged();
    }

    private async Task ReadAsync()
    {
        try
        {
            _line = await Reviews.LineAsync(Id, _gone.Token);
            var results = await Votes.ResultsAsync(Id, CountInformed, _gone.Token);
            _gate = Gate(results);
            _results = _gate is null ? results : null;
        }
        catch (ReviewNotFoundException)
        {
            _missing = true;
        }
        _items = _results is null ? [] : [.. _results.Items.Where(IsShown)];
    }

    /// <summary>How many items a reviewer has voted on who has not seen the results and is not through; null where nobody is to be kept from them.</summary>
    private int? Gate(ReviewResults results)
    {
        if (!results.Review.Blind || results.Reviewers.FirstOrDefault(one => one.Name == _reviewer) is not { PeekedAt: null }) return null;
        var voted = _line!.Reviewers.First(one => one.Name == _reviewer).Voted;
        return voted < results.Review.ItemCount ? voted : null;
    }

    private async Task Peek()
    {
        await Votes.PeekAsync(Id, _reviewer!, _gone.Token);
        await ReadAsync();
    }

    private bool IsShown(ItemResult item) => Show switch
    {
        null => true,
        "disagree" => item.Votes.Where(vote => vote.Choice is not null).Select(vote => (vote.Choice, vote.Place)).Distinct().Count() > 1,
        "tie" => item.Votes.Any(vote => vote.Choice == VoteChoice.Tie),
        "bad" => item.Votes.Any(vote => vote.Choice == VoteChoice.AllBad),
        "note" => item.Votes.Any(vote => vote.Note.Length > 0),
        _ when Show.StartsWith("best:", StringComparison.Ordinal) => item.Votes.Any(vote => vote.Place?.ToString(CultureInfo.InvariantCulture) == Show[5..]),
        _ when Show.StartsWith("tag:", StringComparison.Ordinal) => item.Votes.Any(vote => vote.ReadTags().Values.Any(tags => tags.Contains(Show[4..]))),
        _ => true,
    };

    private string Name(int place) => ResultWords.Name(_results!.Review, place);

    private string Word(ReviewVote vote) => vote.Choice switch
    {
        VoteChoice.Best => Name(vote.Place!.Value),
        VoteChoice.Tie => "tie",
        _ => "all bad",
    };

    private string Says(PairResult pair)
    {
        var comparisons = _results!.Pairs.Count(other => other.Task is null == pair.Task is null);
        return pair.Decided == 0 ? Format.Missing : ResultWords.Winner(pair, comparisons) switch
        {
            > 0 => $"{Name(pair.First)} is preferred",
            < 0 => $"{Name(pair.Second)} is preferred",
            _ => "◦ can't tell yet",
        };
    }

    private string Informed(ReviewResults results) => CountInformed
        ? $"{Format.Count(results.Informed)} of the votes counted here came after names and scores had been seen."
        : $"{Format.Count(results.Informed)} {(results.Informed == 1 ? "vote" : "votes")} came after names and scores had been seen and {(results.Informed == 1 ? "is" : "are")} not counted.";

    private static string Bar(double share, double low, double high) =>
        string.Create(CultureInfo.InvariantCulture, $"--at: {share:0.####}; --low: {low:0.####}; --high: {high:0.####}");

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
