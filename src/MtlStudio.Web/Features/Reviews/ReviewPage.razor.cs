using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MtlStudio.Core.Analysis;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MudBlazor;

namespace MtlStudio.Web.Features.Reviews;

/// <summary>One example a screen: whose word, where one stands, and what may be seen of it.</summary>
public sealed partial class ReviewPage : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();
    private IReadOnlyList<IReadOnlyList<DiffPart>> _parts = [], _references = [];
    private IReadOnlyList<DiffPart> _input = [];
    private IReadOnlyList<string> _tags = [];
    private ReviewLine? _line;
    private ReviewTurn? _turn;
    private int? _against;
    private string? _reviewer;
    private string _said = "";
    private long _opened;
    /// <summary>The item that the browser has drawn: a press that was on its way while the next one came does not count for that.</summary>
    private int _drawn;
    private bool _asked, _renaming, _missing, _done, _acting;

    [Inject] public required ReviewStore Reviews { get; set; }
    [Inject] public required ReviewVotes Votes { get; set; }
    [Inject] public required ReviewerMemory Memory { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required ISnackbar Snackbar { get; set; }

    [Parameter] public long Id { get; set; }
    [SupplyParameterFromQuery(Name = "item")] public int? Number { get; set; }
    [SupplyParameterFromQuery] public string? Diff { get; set; }

    private int Voted => _line?.Reviewers.FirstOrDefault(one => one.Name == _reviewer)?.Voted ?? 0;

    private string Title => _line is null ? "Review" : _turn is null ? $"Review: {_line.Review.Name}" : $"{_turn.Item.Number} of {_line.Review.ItemCount}: {_line.Review.Name}";

    private string Sentence => _line!.Review switch
    {
        { Blind: true } => "Which output is best? Names, scores and reference stay hidden until you have voted.",
        _ => "Which output is best? This review is open: names, scores and reference are shown.",
    };

    private string Others => _line!.Reviewers.Where(one => one.Name != _reviewer).ToList() is { Count: > 0 } others
        ? $"{string.Join(", ", others.Select(one => $"{one.Name} has voted on {Format.Count(one.Voted)}"))}."
        : "Nobody else has voted yet: a second reviewer shows how far people agree.";

    protected override void OnInitialized() => Votes.Changed += Hear;

    protected override async Task OnParametersSetAsync()
    {
        if (_opened != Id)
        {
            (_opened, _line, _turn, _missing, _said) = (Id, null, null, false, "");
            try
            {
                _line = await Reviews.LineAsync(Id, _gone.Token);
            }
            catch (ReviewNotFoundException)
            {
                _missing = true;
                return;
            }
            _tags = _line.Review.ReadTags();
            if (_reviewer is not null) await JoinAsync();
        }
        if (_line is not null && _reviewer is not null) await ShowAsync();
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        _drawn = _turn?.Item.Number ?? 0;
        if (!firstRender) return;
        try
        {
            _reviewer = await Memory.NameAsync();
        }
        catch (JSDisconnectedException)
        {
            return; // The page was left.
        }
        _asked = true;
        if (_line is not null && _reviewer is not null)
        {
            await JoinAsync();
            await ShowAsync();
        }
        StateHasChanged();
    }

    private async Task TakeName(string name)
    {
        await Memory.RememberAsync(name);
        (_reviewer, _renaming, _said) = (name, false, "");
        await JoinAsync();
        await ShowAsync();
    }

    private async Task JoinAsync()
    {
        await Votes.JoinAsync(Id, _reviewer!, _gone.Token);
        _line = await Reviews.LineAsync(Id, _gone.Token);
    }

    /// <summary>Reads the item that the address names; where it names none, goes to the first that the reviewer has not voted on.</summary>
    private async Task ShowAsync()
    {
        if (Number is not { } wanted)
        {
            var next = await Votes.NextAsync(Id, _reviewer!, cancellation: _gone.Token);
            (_turn, _done) = (null, next is null);
            if (next is not null) Go(next);
            return;
        }
        _done = false;
        var before = _turn?.Item.Id;
        _turn = await Votes.TurnAsync(Id, Math.Clamp(wanted, 1, _line!.Review.ItemCount), _reviewer, _gone.Token);
        IReadOnlyList<string> texts = [.. _turn.Item.Shown().Select(output => output.Text)];
        var against = OutputDiff.Base(Diff, texts);
        if (before == _turn.Item.Id && against == _against) return;
        _against = against;
        _parts = OutputDiff.Of(texts, against);
        _input = [new(_turn.Item.Input, Same: true)];
        _references = [.. _turn.Item.ReadReferences().Select(reference => (IReadOnlyList<DiffPart>)[new(reference, Same: true)])];
    }

    private Task Vote(VoteChoice choice, int? place) => ActAsync(async turn =>
    {
        var answer = await Votes.CastAsync(Id, turn.Item.Number, _reviewer!, new() { Choice = choice, Place = place, Seen = turn.Vote?.Version ?? 0 });
        _said = $"Item {turn.Item.Number}: {Word(turn.Item, choice, place)}. Undo takes it back.";
        if (answer.Replaced is { } other)
            Snackbar.Add($"In another tab you had already said of item {turn.Item.Number}: {Word(turn.Item, other.Choice!.Value, other.Place)}. This vote replaced it; undo brings it back.", Severity.Warning);
        Go(await Votes.NextAsync(Id, _reviewer!, turn.Item.Number));
    });

    private Task ToggleTag(int place, string tag) => ActAsync(async turn =>
    {
        var tags = turn.Vote?.ReadTags().ToDictionary() ?? [];
        var given = tags.GetValueOrDefault(place, []);
        tags[place] = given.Contains(tag) ? [.. given.Where(one => one != tag)] : [.. given, tag];
        await Votes.CastAsync(Id, turn.Item.Number, _reviewer!, new() { Tags = tags });
        await ShowAsync();
    });

    private async Task SaveNote(int number, string note)
    {
        if (_reviewer is null || note.Trim() == (_turn?.Item.Number == number ? _turn.Vote?.Note ?? "" : null)) return;
        await TryAsync(async () =>
        {
            await Votes.CastAsync(Id, number, _reviewer, new() { Note = note });
            _said = $"The note on item {number} is kept.";
            if (_turn?.Item.Number == number) await ShowAsync();
        });
    }

    private Task Reveal() => ActAsync(async turn =>
    {
        await Votes.RevealAsync(Id, turn.Item.Number, _reviewer!);
        _said = "Names, scores and reference are shown before your vote: this is written down, and the vote counts apart from the blind ones.";
        await ShowAsync();
    });

    private async Task Undo()
    {
        if (_reviewer is null) return;
        await TryAsync(async () =>
        {
            var number = await Votes.UndoAsync(Id, _reviewer);
            _said = number is null ? "Nothing is left to undo." : $"Item {number} is as it was before your last change.";
            if (number is null) return;
            Go(number);
            if (Number == number) await ShowAsync();
        });
    }

    private void ToggleDiff() => Navigation.SetQuery(("diff", _against is null ? ReviewWords.Letter(0) : OutputDiff.None));

    private void Go(int? number) => Navigation.SetQuery(("item", number));

    private string[] TagsOf(int place) => _turn?.Vote?.ReadTags().GetValueOrDefault(place, []) ?? [];

    private static string Word(ReviewItem item, VoteChoice choice, int? place) => choice switch
    {
        VoteChoice.Best => $"{ReviewWords.Letter(item.PositionOf(place!.Value))} is best",
        VoteChoice.Tie => "a tie",
        _ => "all bad",
    };

    private async Task ActAsync(Func<ReviewTurn, Task> act)
    {
        if (_turn is not { } turn || _drawn != turn.Item.Number || _reviewer is null) return;
        await TryAsync(() => act(turn));
    }

    /// <summary>Does it, and tells a refusal in its own words.</summary>
    private async Task TryAsync(Func<Task> act)
    {
        _acting = true;
        try
        {
            await act();
            _line = await Reviews.LineAsync(Id, _gone.Token);
        }
        catch (Exception refused) when (refused is InvalidInputException or ReviewNotFoundException)
        {
            Snackbar.Add(refused.Message, Severity.Warning);
        }
        finally
        {
            _acting = false;
        }
    }

    /// <summary>Someone voted, here or in another window.</summary>
    private void Hear(VoteSignal signal)
    {
        if (signal.ReviewId == Id && !(_acting && signal.Reviewer == _reviewer)) _ = InvokeAsync(() => HearAsync(signal));
    }

    private async Task HearAsync(VoteSignal signal)
    {
        if (_gone.IsCancellationRequested || _line is null) return;
        try
        {
            _line = await Reviews.LineAsync(Id, _gone.Token);
            if (signal.Reviewer == _reviewer)
            {
                _said = $"Another tab of yours changed what you say of item {signal.Number}.";
                if (_turn?.Item.Number == signal.Number) await ShowAsync();
            }
            StateHasChanged();
        }
        catch (Exception ended) when (ended is OperationCanceledException or ReviewNotFoundException)
        {
            // The page was left, or the review deleted: the next press says so.
        }
    }

    public void Dispose()
    {
        Votes.Changed -= Hear;
        _gone.Cancel();
        _gone.Dispose();
    }
}
