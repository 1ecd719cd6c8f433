using System.Text.Json;
using MtlStudio.Core.Catalog;
using MtlStudio.Core.Curricula;
using MtlStudio.Core.Runs;
using MtlStudio.Testing;

namespace MtlStudio.Core.Tests.Curricula;

public sealed class CurriculumTests
{
    [Fact]
    public void Pacing_MeetsTheReference_AtEveryStep()
    {
        var misses = new Misses();
        foreach (var item in GoldenFile.Read("weighting/curriculum.json")["cases"]!.AsArray())
            foreach (var step in item!["steps"]!.AsArray())
            {
                var start = item["c0"].Number();
                var x = Math.Min(1, step!["t"].Number() / item["T"].Number());
                var name = $"{item["id"]} {step["t"]}";
                misses.Near($"{name} linear", step["linear"].Number(), Pacing.Linear(x, start), 1e-12);
                foreach (var power in new[] { 2, 3, 5 }) misses.Near($"{name} root {power}", step[$"root{power}"].Number(), Pacing.Root(x, start, power), 1e-12);
                misses.Near($"{name} geometric", step["geometric"].Number(), Pacing.Geometric(x, start), 1e-12);
                misses.Near($"{name} sigmoid", step["logistic_k10"].Number(), Pacing.Sigmoid(x, start, 10), 1e-12);
                misses.Near($"{name} step", step["step_4_stages"].Number(), Pacing.Step(x, start, 4), 1e-12);
            }
        misses.AssertNone(100);
    }

    [Fact]
    public void Ranks_ChooseTheReferencesExamples_WhenPacedByThemselves()
    {
        var compared = 0;
        foreach (var item in GoldenFile.Read("weighting/curriculum.json")["self_paced"]!["cases"]!.AsArray())
            foreach (var part in item!["by_fraction"]!.AsArray())
            {
                var losses = item["losses"].Numbers();
                var curriculum = Of("self-paced", ("start", part!["fraction"].Number()));
                var ranks = curriculum.Ranks(losses);
                var pool = curriculum.PoolAt(0, losses.Length);
                Assert.Equal(part["kept"].Numbers(), Enumerable.Range(0, losses.Length).Where(example => ranks[example] < pool).Select(example => (double)example));
                compared++;
            }
        Assert.Equal(8, compared);
    }

    [Fact]
    public void PoolAt_NeverFallsAndEndsWithAll_ForEveryCurriculumOfTheCatalog()
    {
        foreach (var method in MethodCatalog.OfKind(MethodKind.Curriculum).Where(method => method.Name != "none"))
        {
            var curriculum = Of(method.Name);
            var pools = Enumerable.Range(0, 300).Select(step => curriculum.PoolAt(step, 40)).ToList();
            Assert.Equal(pools.Order(), pools);
            Assert.Equal((4, 40), (pools[0], pools[150]));
            Assert.InRange(pools[75], 5, 39);
            Assert.Equal(1, curriculum.PoolAt(0, 1));
        }
        Assert.Null(Curriculum.Of(new()));
    }

    [Fact]
    public void Ranks_TurnRound_WhenHardExamplesComeFirst()
    {
        Assert.Equal([1, 0, 2, 3], Of("linear").Ranks([2, 1, 2, double.NaN]));
        Assert.Equal([0, 2, 1, 3], Of("linear", ("anti", true)).Ranks([2, 1, 2, double.NaN]));
    }

    private static Curriculum Of(string name, params (string Name, object Value)[] options) =>
        Curriculum.Of(new() { Curriculum = new(name) { Options = options.ToDictionary(option => option.Name, option => JsonSerializer.SerializeToElement(option.Value)) } })!;
}
