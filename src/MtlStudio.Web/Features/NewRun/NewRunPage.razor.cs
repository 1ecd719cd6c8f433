using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using MudBlazor;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Library;
using MtlStudio.Web.Samples;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Features.NewRun;

public partial class NewRunPage
{
    private SpecDraft? _draft;
    private FormStart? _start;
    private FormLibrary _library = FormLibrary.Empty;
    private IReadOnlyList<Preset> _presets = [];
    private KeptDraft? _restored, _other;
    private string? _address;
    private bool _busy;
    private RunEstimate? _estimate;
    private MeasuredPace? _pace;
    private IReadOnlyList<LaunchWarning> _warnings = [], _rows = [];
    private long? _memory;
    /// <summary>What only the launch could find, as files that are not there.</summary>
    private Dictionary<string, string> _faults = [];

    [Inject] public required FormStarts Starts { get; set; }
    [Inject] public required LaunchDesk Desk { get; set; }
    [Inject] public required RunEstimates Estimates { get; set; }
    [Inject] public required DraftKeeper Keeper { get; set; }
    [Inject] public required FormLibraryReader Library { get; set; }
    [Inject] public required NodeDevices Devices { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }
    [Inject] public required ISnackbar Snackbar { get; set; }

    /// <summary>The preset to begin from.</summary>
    [SupplyParameterFromQuery(Name = "preset")] public string? PresetName { get; set; }
    /// <summary>The run to clone.</summary>
    [SupplyParameterFromQuery(Name = "from")] public long? From { get; set; }
    /// <summary>The mix to train.</summary>
    [SupplyParameterFromQuery(Name = "mix")] public string? Mix { get; set; }
    /// <summary>Changes, each <c>path=JSON</c>.</summary>
    [SupplyParameterFromQuery(Name = "set")] public string[]? Changes { get; set; }
    /// <summary>The section that is open.</summary>
    [SupplyParameterFromQuery(Name = "section")] public string? Section { get; set; }

    private FormStart.Wish Wish => new(PresetName, From, Mix, Changes ?? []);

    private IReadOnlyDictionary<string, string> Faults => _draft!.Errors.Concat(_faults).DistinctBy(fault => fault.Key).ToDictionary();

    private string Sentence => _draft switch
    {
        null => "The sample workspace is being made.",
        { Errors.Count: > 0 } draft => $"{draft.Errors.Count} {(draft.Errors.Count == 1 ? "thing" : "things")} to mend before launch.",
        { TaskCount: var tasks } draft => $"Ready: {tasks} {(tasks == 1 ? "task" : "tasks")}, {draft.Spec!.Training.Steps:#,0} steps.",
    };

    private string PresetHelp => _presets.FirstOrDefault(preset => preset.Name == _start?.Label)?.Description ?? "";

    protected override async Task OnParametersSetAsync()
    {
        var address = Wish.Address;
        if (address == _address) return;
        _address = address;
        _presets = await Starts.PresetsAsync();
        var library = await Library.ReadAsync();
        var start = await Starts.FindAsync(Wish, library);
        _library = await Library.WithAsync(library, start.Parent);
        // Another address may have been opened meanwhile.
        if (address != _address) return;
        await BeginAsync(start);
    }

    private async Task BeginAsync(FormStart start)
    {
        var draft = new SpecDraft(start);
        var kept = await Keeper.ReadAsync(_address!);
        var newest = await Keeper.ReadNewestAsync();
        (_start, _faults) = (start, []);
        _restored = kept is not null && kept.Text != draft.Text ? kept : null;
        _other = newest is not null && newest.Origin != _address ? newest : null;
        if (_restored is not null) draft.SetText(_restored.Text);
        _draft = draft;
        await EstimateAsync();
    }

    private async Task StartOverAsync()
    {
        await Keeper.ForgetAsync(_address!);
        _restored = null;
        _draft = new SpecDraft(_start!);
        await EstimateAsync();
    }

    private async Task ForgetOtherAsync()
    {
        await Keeper.ForgetAsync(_other!.Origin);
        _other = null;
    }

    private void BeginFrom(string preset) => Navigation.NavigateTo(new FormStart.Wish(preset, null, null, []).Address);

    private void Toggle(string section) => Navigation.SetQuery(("section", Section == section ? null : section));

    /// <summary>Opens the section of a fault.</summary>
    private void Show(string path)
    {
        if (FormSections.OwnerOf(path) is { } owner) Navigation.SetQuery(("section", owner.Key));
    }

    private static ParameterDescriptor Named(string path) => SpecFields.All.Single(field => field.Name == path);

    private Task Set(string path, JsonNode? value)
    {
        _draft!.Set(path, value);
        return Changed();
    }

    private Task Mend(LaunchWarning warning)
    {
        if (warning.Change is { } change) return Set(change.Path, change.Value?.DeepClone());
        Navigation.SetQuery(("section", warning.Section));
        return Task.CompletedTask;
    }

    private async Task Changed()
    {
        _faults = [];
        var draft = _draft!;
        await Keeper.KeepAsync(_address!, draft.Get("name")?.ToString() ?? "unnamed", draft.Text);
        await EstimateAsync();
    }

    // The estimate of what last held stays in sight while a fault is mended.
    private async Task EstimateAsync()
    {
        if (_draft?.Spec is not { } spec) return;
        try
        {
            _estimate = await Task.Run(() => Estimates.Of(spec));
            _pace = await Estimates.PaceForAsync(spec);
        }
        catch (InvalidInputException fault)
        {
            _estimate = null;
            foreach (var error in fault.Errors) _faults.TryAdd(error.Field, error.Message);
        }
        _memory = Devices.All.Where(device => device.Kind == spec.Device.Kind).Min(Devices.MemoryOf);
        _warnings = LaunchWarning.Of(spec, _estimate, _memory, [.. Devices.All.Select(device => device.Kind).Distinct()]);
    }

    private async Task LaunchAsync(LaunchChoice choice)
    {
        _busy = true;
        try
        {
            var launched = await Desk.LaunchAsync(_draft!.Spec!, choice.Seeds, choice.Baselines);
            await Keeper.ForgetAsync(_address!);
            if (launched.Count > 1) Snackbar.Add($"{launched.Count} runs queued, tagged {SeedRuns.GroupTag(_draft.Spec!)}.", Severity.Info);
            Navigation.NavigateTo($"/runs/{launched[0].Run.Id}");
        }
        catch (InvalidInputException fault)
        {
            _faults = fault.Errors.GroupBy(error => error.Field).ToDictionary(group => group.Key, group => string.Join(" ", group.Select(error => error.Message)));
            Snackbar.Add("Nothing was launched: see what is to be mended.", Severity.Warning);
        }
        finally
        {
            _busy = false;
        }
    }
}
