using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Features.Studies;

/// <summary>The form of a study of shares, and beside it what it would queue and take.</summary>
public sealed partial class NewShareStudyPage : ComponentBase
{
    /// <summary>The fields that tell their own faults.</summary>
    private static readonly string[] Fields = ["name", "proxySteps", "eta", "smoothing"];
    private StudyStart? _start;
    private ShareStudy _study = new();
    private bool _busy;
    private IReadOnlyList<FieldError> _errors = [];
    private StudyCost? _cost;
    private StudyWish? _began;

    [Inject] public required StudyStarts Starts { get; set; }
    [Inject] public required ShareStudyCommands Commands { get; set; }
    [Inject] public required StudyCosts Costs { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }

    /// <summary>The run whose spec is shared.</summary>
    [SupplyParameterFromQuery] public long? From { get; set; }
    /// <summary>The study to begin from.</summary>
    [SupplyParameterFromQuery(Name = "study")] public long? Like { get; set; }
    /// <summary>The preset to begin from.</summary>
    [SupplyParameterFromQuery(Name = "preset")] public string? PresetName { get; set; }

    private string Sentence => _start?.Spec is null ? "The sample workspace is being made." : "How often each task should be drawn, found by three runs (DoReMi): reference, proxy, final.";

    private int ProxySteps => _study.ProxySteps ?? _study.Spec.Training.Steps;

    private static string Plan(StudyCost cost) =>
        $"{cost.Runs} {(cost.Runs == 1 ? "run" : "runs")}, one after another{(cost.Reused > 0 ? "; the reference stands already" : "")}{(cost.Time is { } time ? $", about {Format.Duration(time)}" : "")}.";

    protected override async Task OnParametersSetAsync()
    {
        var wish = new StudyWish(Like, From, PresetName);
        if (_began == wish) return;
        _began = wish;
        _start = await Starts.FindAsync(wish, ofShares: true);
        if (_start.Like is { } like) _study = like.ReadShares() with { Name = $"{like.Name} (copy)" };
        else if (_start.Spec is { } spec) _study = new() { Name = $"shares of {spec.Name}", Spec = spec };
        await PlanAsync();
    }

    private Task ChangeAsync(ShareStudy study)
    {
        _study = study with { ProxySteps = study.ProxySteps == study.Spec.Training.Steps ? null : study.ProxySteps };
        return PlanAsync();
    }

    private async Task PlanAsync()
    {
        if (_start?.Spec is null) return;
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
