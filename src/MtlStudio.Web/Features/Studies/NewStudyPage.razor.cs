using System.Globalization;
using Microsoft.AspNetCore.Components;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Studies;
using MtlStudio.Web.Charts;
using MtlStudio.Web.Supervision;

namespace MtlStudio.Web.Features.Studies;

/// <summary>The form of a study: what is shared, the grid, the policies; and beside it what it would queue and take.</summary>
public sealed partial class NewStudyPage : ComponentBase
{
    private readonly IReadOnlyList<MethodDescriptor> _policies = MethodCatalog.OfKind(MethodKind.Policy);
    /// <summary>The fields that tell their own faults.</summary>
    private static readonly string[] Fields = ["name", "rates", "policies"];
    private StudyStart? _start;
    private string _name = "", _rates = "";
    private int _seeds = 1, _sets;
    private bool _baselines = true, _busy;
    private HashSet<string> _chosen = [];
    private Dictionary<string, string> _leftOut = [];
    private IReadOnlyList<FieldError> _errors = [];
    private StudyCost? _cost;
    private (StudyWish, string)? _began;

    [Inject] public required StudyStarts Starts { get; set; }
    [Inject] public required StudyCommands Commands { get; set; }
    [Inject] public required StudyCosts Costs { get; set; }
    [Inject] public required NavigationManager Navigation { get; set; }

    /// <summary>The run whose spec is shared.</summary>
    [SupplyParameterFromQuery] public long? From { get; set; }
    /// <summary>The study to begin from.</summary>
    [SupplyParameterFromQuery(Name = "study")] public long? Like { get; set; }
    /// <summary>The preset to begin from.</summary>
    [SupplyParameterFromQuery(Name = "preset")] public string? PresetName { get; set; }
    /// <summary>The policies that are chosen; none: all.</summary>
    [SupplyParameterFromQuery] public string[]? Policies { get; set; }

    private string Sentence => _start?.Spec is null ? "The sample workspace is being made." : "All policies on one mix, by one press: the same rates and seeds for each, tuned fixed loss weights among them.";

    private IEnumerable<string> Borne => _policies.Select(policy => policy.Name).Where(name => !_leftOut.ContainsKey(name));

    private string Plan(StudyCost cost) =>
        $"{cost.Runs} {(cost.Runs == 1 ? "run" : "runs")}{(cost.Reused > 0 ? $" ({cost.Reused} more stand already)" : "")}"
            + (_baselines ? $", {cost.Baselines} {(cost.Baselines == 1 ? "baseline" : "baselines")}{(cost.BaselinesReused > 0 ? $" ({cost.BaselinesReused} reused)" : "")}" : "")
            + (cost.Time is { } time ? $", about {Format.Duration(time)}" : "") + ".";

    protected override async Task OnParametersSetAsync()
    {
        var look = (new StudyWish(Like, From, PresetName), string.Join(' ', Policies ?? []));
        if (_began == look) return;
        _began = look;
        _start = await Starts.FindAsync(look.Item1, ofShares: false);
        if (_start.Spec is { } spec) Begin(spec, _start.Like?.Read());
        await PlanAsync();
    }

    private void Begin(RunSpec spec, PolicyStudy? like)
    {
        var rate = spec.Optimizer.Options.Number(MethodKind.Optimizer, spec.Optimizer.Name, "lr");
        _name = like is null ? $"policies on {spec.Name}" : $"{like.Name} (copy)";
        _rates = string.Join(' ', (like is { Rates.Count: > 0 } ? like.Rates : [Rounded(rate / 3), rate, Rounded(3 * rate)]).Select(value => value.ToString("R", CultureInfo.InvariantCulture)));
        (_seeds, _sets, _baselines) = (like?.Seeds ?? 1, like?.LossWeights ?? Math.Min(8, spec.Tasks.Count), like?.Baselines ?? BaselinePlanner.Check(spec).Count == 0);
        try
        {
            _leftOut = PolicyStudyPlan.Of(new() { Name = "any", Spec = spec, Baselines = false, LossWeights = 0 }).LeftOut.ToDictionary(one => one.Policy, one => one.Reason);
        }
        catch (InvalidInputException)
        {
            _leftOut = []; // the plan below names what is wrong
        }
        _chosen = like is { Policies.Count: > 0 } ? [.. like.Policies] : Policies is { Length: > 0 } ? [.. Policies.Intersect(Borne)] : [.. Borne];
    }

    private Task ChangeAsync(Action change)
    {
        change();
        return PlanAsync();
    }

    private Task ToggleAsync(string policy, bool on) => ChangeAsync(() => _ = on ? _chosen.Add(policy) : _chosen.Remove(policy));

    private Task ChooseAsync(IEnumerable<string> policies) => ChangeAsync(() => _chosen = [.. policies]);

    /// <exception cref="InvalidInputException">A rate is no number, or nothing is chosen.</exception>
    private PolicyStudy Read()
    {
        var words = _rates.Split([' ', ',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var errors = words.Where(word => !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _)).Select(word => new FieldError("rates", $"\"{word}\" is no number: write rates as 0.001 0.003")).Take(1).ToList();
        if (words.Length == 0) errors.Add(new("rates", "Give at least one rate"));
        if (_chosen.Count == 0) errors.Add(new("policies", "Choose at least one policy"));
        if (errors.Count > 0) throw new InvalidInputException(errors);
        return new()
        {
            Name = _name, Spec = _start!.Spec!, Policies = [.. _policies.Select(policy => policy.Name).Where(_chosen.Contains)], Seeds = _seeds, LossWeights = _sets, Baselines = _baselines,
            Rates = [.. words.Select(word => double.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture)).Distinct()],
        };
    }

    private async Task PlanAsync()
    {
        if (_start?.Spec is null) return;
        try
        {
            var study = Read();
            var cost = await Costs.OfAsync(study, await Commands.PlanAsync(study));
            (_cost, _errors) = (cost, []);
        }
        catch (InvalidInputException fault)
        {
            (_cost, _errors) = (null, fault.Errors);
        }
    }

    private string? Fault(string field) => _errors.FirstOrDefault(error => error.Field == field || error.Field.StartsWith(field + "[", StringComparison.Ordinal))?.Message;

    private async Task LaunchAsync()
    {
        _busy = true;
        try
        {
            var launched = await Commands.LaunchAsync(Read());
            Navigation.NavigateTo($"/studies/{launched.Study.Id}");
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

    /// <summary>To two significant digits.</summary>
    private static double Rounded(double rate) => double.Parse(rate.ToString("G2", CultureInfo.InvariantCulture), NumberStyles.Float, CultureInfo.InvariantCulture);
}
