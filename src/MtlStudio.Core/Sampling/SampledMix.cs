using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;

namespace MtlStudio.Core.Sampling;

/// <summary>
/// All that decides which examples a run draws at which step: the draws depend on nothing that training changes, so a
/// baseline can replay those of its mix, and a form can show the planned shares before launch.
/// </summary>
public sealed record SampledMix
{
    public required long Seed { get; init; }

    /// <summary>(K): the tasks' names; each task's order of examples is keyed by its name, so other tasks do not change it.</summary>
    public required IReadOnlyList<string> Tasks { get; init; }

    /// <summary>(K): training examples of each task.</summary>
    public required IReadOnlyList<int> Sizes { get; init; }

    /// <summary>(K): the sampler's shares, sum 1; of one whose shares change, those of the first step. A task of share 0 takes no part.</summary>
    public required IReadOnlyList<double> Shares { get; init; }

    /// <summary>Shares that change with the step; null: they do not.</summary>
    public AnnealedShares? Annealed { get; init; }

    /// <summary>Shares follow the losses (<see cref="Exp3"/>).</summary>
    public bool FollowsLosses { get; init; }

    /// <summary>(K): the step from which on each task is drawn, and the one before which it is; empty: always.</summary>
    public IReadOnlyList<(int Start, int End)> Windows { get; init; } = [];

    /// <summary>Steps of the run, for the shares planned over all of it.</summary>
    public int Steps { get; init; } = 1;

    /// <summary>Micro-batches in a step.</summary>
    public required int MicroBatches { get; init; }

    /// <summary>Examples in a micro-batch.</summary>
    public required int MicroBatchSize { get; init; }

    /// <summary>True where each step holds every task that takes part at least once.</summary>
    public bool EveryTask { get; init; }

    /// <summary>The draws of a spec. For a baseline they are those of its mix: all tasks, and the rule its policy had.</summary>
    /// <param name="sizes">(K): training examples of each of the spec's tasks, after dropping those that truncation emptied.</param>
    /// <exception cref="InvalidInputException">The sampler or the number of micro-batches does not fit the tasks.</exception>
    public static SampledMix Of(RunSpec spec, IReadOnlyList<int> sizes)
    {
        var policy = MethodCatalog.Get(MethodKind.Policy, spec.Weighting.Name);
        var (steps, batches) = (spec.Training.Steps, RunSpecValidator.EffectiveAccumulation(spec));
        double Option(string name) => spec.Sampler.Options.Number(MethodKind.Sampler, "annealed", name);
        var mix = new SampledMix
        {
            Steps = steps,
            Annealed = spec.Sampler.Name == "annealed" ? new(Option("startT"), Option("endT"), (int)Math.Round(Option("share") * steps)) : null,
            FollowsLosses = spec.Sampler.Name == "odm",
            Windows = spec.Tasks.All(task => task.StartStep == 0 && task.EndStep is null) ? [] : [.. spec.Tasks.Select(task => (task.StartStep, task.EndStep ?? int.MaxValue))],
            Seed = spec.Seed,
            Tasks = [.. spec.Tasks.Select(task => task.Name)],
            Sizes = sizes,
            Shares = SamplingShares.Of(spec.Sampler, [.. spec.Tasks.Select(task => task.Share)], sizes, (double)steps * batches * spec.Training.MicroBatch),
            MicroBatches = batches,
            MicroBatchSize = spec.Training.MicroBatch,
            EveryTask = spec.Baseline is { } baseline ? baseline.EveryTask : policy.NeedsEveryTask && !spec.Weighting.AllowSubset,
        };
        var active = mix.Shares.Count(share => share > 0);
        if (mix.EveryTask && mix.MicroBatches < active)
            throw new InvalidInputException("training.accumulation",
                $"{policy.Title} needs every task in each step, so {active} micro-batches or more (you gave {mix.MicroBatches}): raise it, set it to 0, or set weighting.allowSubset");
        return mix;
    }

    /// <summary>(K): each task's expected share of all examples of the run: exact, but that a long course of changing shares is
    /// sampled, and that one that follows the losses is taken to stay as it begins.</summary>
    public IReadOnlyList<double> PlannedShares
    {
        get
        {
            if (Annealed is null && Windows.Count == 0) return PlannedOf(Shares);
            var at = Math.Min(Steps, MostSteps);
            var sums = new double[Tasks.Count];
            for (var i = 0; i < at; i++)
            {
                var planned = PlannedOf(SharesAt((int)((i + 0.5) * Steps / at)));
                for (var k = 0; k < sums.Length; k++) sums[k] += planned[k] / at;
            }
            return sums;
        }
    }

    /// <summary>(K): the shares at a step, sum 1; 0 for a task outside its window.</summary>
    /// <param name="learned">(K): those that follow the losses; null: the sampler's own.</param>
    /// <exception cref="InvalidInputException">No task with a share is drawn at the step.</exception>
    public IReadOnlyList<double> SharesAt(int step, IReadOnlyList<double>? learned = null)
    {
        var shares = learned ?? Annealed?.At(step, Sizes) ?? Shares;
        if (Windows.Count == 0) return shares;
        double[] open = [.. shares.Select((share, k) => step >= Windows[k].Start && step < Windows[k].End ? share : 0)];
        var sum = open.Sum();
        if (sum == 0) throw new InvalidInputException("tasks[0].endStep", $"No task that is ever drawn is open at step {step}: give one that begins there a share over 0, or let one end later");
        return [.. open.Select(share => share / sum)];
    }

    /// <summary>(K): the distribution of the micro-batches that are drawn at random: all of a step's, or what
    /// <see cref="EveryTask"/> leaves.</summary>
    /// <param name="shares">As <see cref="SharesAt"/> gives them.</param>
    public IReadOnlyList<double> DrawShares(IReadOnlyList<double> shares) => EveryTask ? StepShares.Rest(shares, MicroBatches) : shares;

    private const int MostSteps = 10_000;

    /// <summary>(K): the expected share of each task in a step of these shares.</summary>
    public IReadOnlyList<double> PlannedOf(IReadOnlyList<double> shares) => EveryTask ? StepShares.Planned(shares, MicroBatches) : shares;
}
