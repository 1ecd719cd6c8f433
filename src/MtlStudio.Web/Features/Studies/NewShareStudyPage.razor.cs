using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Samples;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Features.Studies;

/// <summary>The form of a study of shares, and beside it what it would queue and take.</summary>
public sealed partial class NewShareStudyPage : ComponentBase
{
    private IReadOnlyList<Preset> _presets = [];
    private RunSpec? _base;
    private ShareStudy _study = new();
    private string _from = "";
    private string? _preset;
    private bool _busy;
    private IReadOnlyList<FieldError> _errors = [];
    private StudyCost? _cost;
    private (long?, long?, string?)? _began;

    [Inject] public required PresetLibrary Presets { get; set; }
    [Inject] public required RunStore Runs { get; set; }
    [Inject] public required StudyStore Studies { get; set; }
    [Inject] public required ShareStudyCommands Commands { get; set; }
    [Inject] public required StudyCosts Costs { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }

    /// <summary>The run whose spec is shared.</summary>
    [SupplyParameterFromQuery] public long? From { get; set; }
    /// <summary>The study to begin from.</summary>
    [SupplyParameterFromQuery(Name = "study")] public long? Like { get; set; }
    /// <summary>The preset to begin from.</summary>
    [SupplyParameterFromQuery(Name = "preset")] public string? PresetName { get; set; }

    private string Sentence => _base is null ? "The sample workspace is being made." : "How often each task should be drawn, found by three runs (DoReMi): reference, proxy, final.";

    private int ProxySteps => _study.ProxySteps ?? _base!.Training.Steps;

    private string Plan => _errors.Count > 0 ? $"{_errors.Count} {(_errors.Count == 1 ? "thing" : "things")} to mend." : _cost is not { } cost ? "Reckoning…"
        : $"{cost.Runs} {(cost.Runs == 1 ? "run" : "runs")}, one after another{(cost.Reused > 0 ? "; the reference stands already" : "")}{(cost.Time is { } time ? $", about {Format.Duration(time)}" : "")}.";

    protected override async Task OnParametersSetAsync()
    {
        if (_began == (From, Like, PresetName)) return;
        _began = (From, Like, PresetName);
        _presets = await Presets.AllAsync();
        await BeginAsync();
        await PlanAsync();
    }

    private async Task BeginAsync()
    {
        (_preset, _base) = (null, null);
        if (Like is { } id && await StudyAsync(id) is { } like)
            (_base, _from, _study) = (like.Spec, $"Study {id}", like with { Name = $"{like.Name} (copy)" });
        else if (From is { } run && await Runs.FindOrNullAsync(run) is { } row)
            (_base, _from) = (row.ReadSpec() with { Baseline = null }, $"Run {run}, {row.Name}");
        if (_base is null && (_presets.FirstOrDefault(preset => preset.Name == PresetName) ?? (_presets.Count > 0 ? _presets[0] : null)) is { } standard)
            (_base, _from, _preset) = (standard.Spec, $"Preset {standard.Name}", standard.Name);
        if (_base is { } spec && _study.Spec != spec) _study = new() { Name = $"shares of {spec.Name}", Spec = spec };
    }

    private async Task<ShareStudy?> StudyAsync(long id)
    {
        try
        {
            return await Studies.GetAsync(id) is { IsOfShares: true } row ? row.ReadShares() : null;
        }
        catch (StudyNotFoundException)
        {
            return null;
        }
    }

    private Task ChangeAsync(ShareStudy study)
    {
        _study = study with { ProxySteps = study.ProxySteps == _base!.Training.Steps ? null : study.ProxySteps };
        return PlanAsync();
    }

    private async Task PlanAsync()
    {
        if (_base is null) return;
        try
        {
            await Commands.CheckAsync(_study);
            (_cost, _errors) = (await Costs.OfAsync(_study), []);
        }
        catch (InvalidInputException fault)
        {
            (_cost, _errors) = (null, fault.Errors);
        }
    }

    private string? Fault(string field) => _errors.FirstOrDefault(error => error.Field == field)?.Message;

    private async Task LaunchAsync()
    {
        _busy = true;
        try
        {
            Navigation.NavigateTo($"/studies/{(await Commands.LaunchAsync(_study)).Study.Id}");
        }
        catch (InvalidInputException fault)
        {
            _errors = fault.Errors;
        }
        finally
        {
            _busy = false;
        }
    }
}
