using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Theme;

namespace MtlStudio.Web.Features.Reviews;

/// <summary>Chooses runs and examples; the address holds the choice.</summary>
public sealed partial class NewReviewPage : ComponentBase, IDisposable
{
    private const int MaxOffers = 8;

    private readonly CancellationTokenSource _gone = new();
    private readonly Dictionary<long, string> _names = [];
    private IReadOnlyList<Run> _offers = [];
    private ReviewDraft _draft = new();
    private PoolAnswer? _found;
    /// <summary>Of the first run, the last time that the runs could be read.</summary>
    private RunSpec? _spec;
    private IReadOnlyList<FieldError> _errors = [];
    private string _tags = string.Join(", ", ReviewDraft.DefaultTags);
    private string _search = "";
    private string? _read;
    private bool _busy;

    [Inject] public required ReviewPool Pool { get; set; }
    [Inject] public required ReviewStore Reviews { get; set; }
    [Inject] public required RunReader Runs { get; set; }
    [Inject] public required RunStore Store { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [CascadingParameter] public ThemeState? Theme { get; set; }

    [SupplyParameterFromQuery(Name = "runs")] public string? RunsGiven { get; set; }
    [SupplyParameterFromQuery(Name = "task")] public string[]? TasksGiven { get; set; }
    [SupplyParameterFromQuery] public string? Split { get; set; }
    [SupplyParameterFromQuery] public string? Filter { get; set; }
    [SupplyParameterFromQuery(Name = "count")] public int? CountGiven { get; set; }
    [SupplyParameterFromQuery] public bool? Blind { get; set; }
    [SupplyParameterFromQuery(Name = "example")] public string[]? Examples { get; set; }
    [SupplyParameterFromQuery(Name = "slice")] public string[]? SlicesGiven { get; set; }
    [SupplyParameterFromQuery] public string? Tagged { get; set; }

    /// <summary>Examples that the review would hold before the filter leaves any out.</summary>
    private int Count => _found is null ? 0
        : _draft.Filter == ReviewFilter.Chosen ? _draft.Chosen.Count
        : _found.Tasks.Where(IsTaken).Sum(task => Math.Min(_draft.PerTask, task.Examples.Count));

    private string Counted => Count == 1 ? "1 example" : $"{Format.Count(Count)} examples";

    /// <summary>Fewer examples than these in common are a sign that the runs keep the outputs of different ones.</summary>
    private const int Few = 5;

    private bool SharesLittle => _draft.Runs.Count >= ReviewDraft.MinRuns && _found is { Tasks.Count: > 0 } found && found.Tasks.All(task => task.Examples.Count < Few);

    private string Summary => _draft.Runs.Count < ReviewDraft.MinRuns ? $"Choose {(_draft.Runs.Count == 0 ? "two runs" : "one more run")} to begin."
        : Count == 0 ? "There is nothing to review yet: the fields say what is missing."
        : _draft.Filter is ReviewFilter.Random or ReviewFilter.Chosen or ReviewFilter.Worst ? $"{Counted}, {_draft.Runs.Count} outputs each, {_found!.Split} split."
        : $"At most {Counted}, {_draft.Runs.Count} outputs each, {_found!.Split} split.";

    private string Meaning => _draft.Filter switch
    {
        ReviewFilter.Changed => "Those whose outputs have the fewest words in common.",
        ReviewFilter.Worst => "Those with the worst mean score over the runs.",
        ReviewFilter.Disagreeing => "Those whose scores differ most between the runs.",
        ReviewFilter.Cut => "Those of which the token limit ended an output.",
        _ => "Drawn at random: only this choice speaks for the task.",
    };

    protected override Task OnInitializedAsync() => SearchAsync("");

    protected override async Task OnParametersSetAsync()
    {
        var draft = ReviewQuery.Read(RunsGiven, TasksGiven, Split, Filter, CountGiven, Blind, Examples, SlicesGiven, Tagged);
        // The address says nothing of name and tags.
        _draft = draft with { Name = _draft.Name, Tags = _draft.Tags };
        if (_read == Navigation.Uri) return;
        _read = Navigation.Uri;
        await FindAsync();
    }

    private async Task FindAsync()
    {
        foreach (var entry in _draft.Runs.Where(entry => !_names.ContainsKey(entry.Run)))
            _names[entry.Run] = (await Store.FindOrNullAsync(entry.Run, _gone.Token))?.Name ?? "unknown";
        (_found, _errors) = (null, []);
        if (_draft.Runs.Count < ReviewDraft.MinRuns) return;
        try
        {
            // All common tasks are read, so that those which are left out can be taken in.
            _found = await Pool.FindAsync(_draft with { Tasks = [] }, _gone.Token);
            _spec = _found.Runs[0].Spec;
            _errors = [.. _draft.Tasks.Where(name => _found.Tasks.All(task => task.Name != name)).Select(name => new FieldError("tasks", $"Not every run has {_found.Split} outputs of the task \"{name}\""))];
        }
        catch (InvalidInputException refused)
        {
            _errors = refused.Errors;
            // So that another slice can be chosen.
            _spec ??= (await Store.FindOrNullAsync(_draft.Runs[0].Run, _gone.Token))?.ReadSpec();
        }
    }

    private async Task Create()
    {
        _busy = true;
        try
        {
            var review = await Reviews.CreateAsync(_draft, _gone.Token);
            Navigation.NavigateTo($"/review/{review.Id}");
        }
        catch (InvalidInputException refused)
        {
            _errors = refused.Errors;
        }
        _busy = false;
    }

    /// <summary>Runs that may have outputs, by name, tag or number.</summary>
    private async Task SearchAsync(string? text)
    {
        _search = text?.Trim() ?? "";
        var found = new List<Run>();
        if (long.TryParse(_search, out var id) && await Store.FindOrNullAsync(id, _gone.Token) is { } run) found.Add(run);
        found.AddRange((await Runs.RunsAsync(new() { Text = _search, Archived = null, Take = 50 }, _gone.Token)).Items);
        _offers = [.. found.DistinctBy(one => one.Id).Where(one => one.Step > 0 || one.EndedAt is not null).Take(MaxOffers)];
    }

    private void Add(Run run)
    {
        _names[run.Id] = run.Name;
        // A second time it is meant at another step: its beginning, which stands for the untuned model.
        int? step = _draft.Runs.Any(entry => entry.Run == run.Id) && _found?.Runs.FirstOrDefault(one => one.Run.Id == run.Id)?.Steps is [var first, _, ..] ? first : null;
        Change(_draft with { Runs = [.. _draft.Runs, new(run.Id, step)] });
    }

    private void Remove(int place) => Change(_draft with { Runs = [.. _draft.Runs.Where((_, i) => i != place)] });

    private void SetStep(int place, int step) =>
        Change(_draft with { Runs = [.. _draft.Runs.Select((entry, i) => i == place ? entry with { Step = step < 0 ? null : step } : entry)] });

    private void Toggle(PoolTask task)
    {
        var taken = _found!.Tasks.Where(one => one.Name == task.Name != IsTaken(one)).Select(one => one.Name).ToList();
        // None would mean all: the last one stays.
        if (taken.Count > 0) Change(_draft with { Tasks = taken.Count == _found.Tasks.Count ? [] : taken });
    }

    private void SetTags(string text)
    {
        _tags = text;
        _draft = _draft with { Tags = [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Distinct()] };
        _errors = [.. _errors.Where(error => !error.Field.StartsWith("tags", StringComparison.Ordinal))];
    }

    private void Change(ReviewDraft draft)
    {
        _draft = draft;
        Navigation.SetQuery(ReviewQuery.Write(draft));
    }

    private bool IsTaken(PoolTask task) => task.Examples.Count > 0 && (_draft.Tasks.Count == 0 || _draft.Tasks.Contains(task.Name));

    private string NameOf(long run) => _names.GetValueOrDefault(run, "…");

    private IReadOnlyList<int> StepsOf(int place) => _found is { } found && place < found.Runs.Count ? found.Runs[place].Steps
        : _draft.Runs[place].Step is { } step ? [step] : [];

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
    }
}
