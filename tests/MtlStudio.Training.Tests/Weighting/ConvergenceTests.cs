using MtlStudio.Training.Weighting;

namespace MtlStudio.Training.Tests.Weighting;

/// <summary>Two bowls around (1, 0) and (−1, 0): the Pareto set is the stretch between them.</summary>
public sealed class ConvergenceTests
{
    public static TheoryData<string> Policies => [.. PolicyRegistry.Names];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Steps_EndOnTheParetoSet_WhateverThePolicy(string name)
    {
        double[][] centers = [[1, 0], [-1, 0]];
        double[] at = [0.3, 2];
        var run = new PolicySteps(PolicyTests.Make(name, 2));
        for (var step = 0; step < 1000; step++)
        {
            var rows = centers.Select(center => new[] { at[0] - center[0], at[1] - center[1] }).ToArray();
            // A loss of 0.5 is left at a bowl's bottom, so that logarithms and quotients stay tame.
            var problem = Problem.Of(rows) with { Losses = [.. rows.Select(row => 0.5 + (row[0] * row[0] + row[1] * row[1]) / 2)] };
            var (_, direction) = run.Step(problem.Input(step), rows);
            at = [at[0] - 0.02 * direction[0], at[1] - 0.02 * direction[1]];
        }
        Assert.InRange(at[1], -0.1, 0.1);
        Assert.InRange(at[0], -1.1, 1.1);
    }
}
