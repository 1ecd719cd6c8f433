using MtlStudio.Core.Catalog;
using MtlStudio.Core.Runs;
using MtlStudio.Core.Sampling;
using MtlStudio.Core.Studies;
using MtlStudio.Store;
using MtlStudio.Web.Library;

namespace MtlStudio.Web.Supervision;

/// <summary>What a study would queue and take.</summary>
/// <param name="Runs">Joint runs to train.</param>
/// <param name="Reused">Joint runs that stand already, or are on their way.</param>
/// <param name="Time">Of all that is to be trained, one after another; null before a run has finished on that kind of device.</param>
/// <param name="Pace">The finished run that the time is judged by.</param>
public sealed record StudyCost(int Runs, int Reused, int Baselines, int BaselinesReused, TimeSpan? Time, long? Pace);

/// <summary>Tells what a study costs before it is queued; changes nothing.</summary>
public sealed class StudyCosts(StudyStore studies, RunEstimates estimates)
{
    /// <exception cref="InvalidInputException">Something the spec names is not there, or does not fit.</exception>
    public async Task<StudyCost> OfAsync(PolicyStudy study, PolicyStudyPlan plan, CancellationToken cancellation = default)
    {
        var members = await Task.Run(() => plan.Members.Select(member => (Member: member, Hash: SpecIdentity.Hash(member.Spec))).DistinctBy(one => one.Hash).ToList(), cancellation);
        var standing = await studies.StandingAsync([.. members.Select(one => one.Hash)], baselines: false, cancellation);
        var fresh = members.Where(one => !standing.ContainsKey(one.Hash)).Select(one => one.Member).ToList();
        var baselines = study.Baselines ? await Task.Run(() => BaselinesOf(plan), cancellation) : [];
        var standingBaselines = await studies.StandingAsync([.. baselines.Select(one => one.Hash)], baselines: true, cancellation);
        var freshBaselines = baselines.Where(one => !standingBaselines.ContainsKey(one.Hash)).ToList();
        var pace = await estimates.PaceForAsync(study.Spec, cancellation);
        TimeSpan? time = null;
        if (pace is not null) time = Time(fresh, freshBaselines, study.Spec, pace);
        return new(fresh.Count, plan.Members.Count - fresh.Count, freshBaselines.Count, baselines.Count - freshBaselines.Count, time, pace?.Run);
    }

    /// <exception cref="InvalidInputException">Something the spec names is not there, or does not fit.</exception>
    public async Task<StudyCost> OfAsync(ShareStudy study, CancellationToken cancellation = default)
    {
        var reference = ShareStudyPlan.Reference(study);
        var stands = (await studies.StandingAsync([SpecIdentity.Hash(reference)], baselines: false, cancellation)).Count;
        var pace = await estimates.PaceForAsync(study.Spec, cancellation);
        TimeSpan? time = null;
        if (pace is not null)
            try
            {
                var joint = estimates.Of(reference).Time(pace);
                time = joint * (2 - stands) + estimates.Of(ShareStudyPlan.Proxy(study, reference: 1)).Time(pace);
            }
            catch (InvalidInputException)
            {
                // The model or the data cannot be reckoned with.
            }
        return new(Enum.GetValues<ShareStage>().Length - stands, stands, 0, 0, time, pace?.Run);
    }

    /// <summary>Null where the model or the data cannot be reckoned with.</summary>
    private TimeSpan? Time(IReadOnlyList<StudyMember> fresh, IReadOnlyList<(string Task, string Hash)> baselines, RunSpec spec, MeasuredPace pace)
    {
        try
        {
            var ofPolicy = fresh.Select(member => member.Policy).Distinct().ToDictionary(policy => policy, policy => estimates.Of(fresh.First(member => member.Policy == policy).Spec).Time(pace));
            var alone = estimates.Of(spec);
            return TimeSpan.FromSeconds(fresh.Sum(member => ofPolicy[member.Policy].TotalSeconds * (1 + MethodCatalog.Get(MethodKind.Policy, member.Policy).ExtraPasses))
                + baselines.Sum(one => alone.Time(pace, [one.Task]).TotalSeconds));
        }
        catch (InvalidInputException)
        {
            return null;
        }
    }

    /// <summary>The baselines of all members, each once. Members of one rate and seed whose policies draw alike share theirs.</summary>
    private static List<(string Task, string Hash)> BaselinesOf(PolicyStudyPlan plan) =>
    [
        .. plan.Members.DistinctBy(member => (member.Rate, member.Seed, MethodCatalog.Get(MethodKind.Policy, member.Policy).NeedsEveryTask && !member.Spec.Weighting.AllowSubset, PolicySplit.Wanted(member.Spec)))
            .SelectMany(member => BaselinePlanner.For(member.Spec)).Select(baseline => (baseline.Baseline!.Task, Hash: SpecIdentity.Hash(baseline))).DistinctBy(one => one.Hash),
    ];
}
