using MLPipes.Pipelines;

namespace MLPipes.AutoSearch;

/// <summary>Steps from the best point so far: a random direction and then its opposite, shorter when none helps, begun anew elsewhere when they are short.</summary>
/// <remarks>
/// FLOW2 with restarts (Wu, Wang and Huang, "Frugal optimization for cost-related hyperparameters", AAAI 2021, algorithms 1 and 2). Departures: trials run
/// side by side, so a direction and its opposite are proposed without waiting; a gain lengthens the next steps; a choice without order is drawn
/// anew now and then, for it has no direction. A start far from the cheap end is no concern, for it begins at the best of the list, and what is
/// short on time is seen to by the arbiter.
/// </remarks>
internal sealed class CostFrugalSource(ISearchSpace space, int seed) : IPointSource
{
    private const double FirstReach = 0.12, LeastReach = 0.015, MostReach = 0.4;

    private readonly Dictionary<int, double[]> own = [];
    private double[]? incumbent;
    private double incumbentLoss = double.PositiveInfinity;
    private double[]? opposite;
    private double reach = FirstReach;
    private int misses;
    private int restartAt;
    private int restarts;

    public string Origin => "cost-frugal";

    public double[]? Propose(Random random, int draw)
    {
        if (incumbent is null || space.Knobs.Count == 0) return null;
        if (reach < LeastReach) return RandomSource.Draw(space, new Random(TrialPlan.SeedOf(seed, (restarts * 64) + draw)));
        if (opposite is not null && draw == 0) return opposite;
        double[] direction = Direction(random);
        double[] point = [.. incumbent];
        int active = Math.Max(1, Enumerable.Range(0, point.Length).Count(i => space.IsActive(i, incumbent)));
        for (int i = 0; i < point.Length; i++)
        {
            Knob knob = space.Knobs[i];
            double chance = random.NextDouble(), even = random.NextDouble();
            if (knob.IsOrdered) point[i] = Reflect(point[i] + Whole(direction[i] * (1 + (0.2 * draw)), knob, chance));
            else if (chance < 0.6 / active) point[i] = even;
        }
        return point;
    }

    public void Observe(TrialEvent happened)
    {
        double[] point = [.. happened.Plan.Point];
        switch (happened)
        {
            case TrialEvent.Started when happened.Plan.Origin == Origin && incumbent is not null:
                own[happened.Number] = point;
                if (reach < LeastReach) BeginAnew(point, happened.Number);
                else opposite = opposite is null ? Opposite(point) : null;
                break;
            case TrialEvent.Completed completed:
                // Until its start point is judged, a fresh search is not drawn back to where the last one ended.
                if (completed.Loss < incumbentLoss && (restartAt == 0 || own.ContainsKey(completed.Number) || completed.Number == restartAt)) Move(point, completed.Loss);
                else Miss(completed.Number);
                own.Remove(completed.Number);
                break;
            case TrialEvent.Dropped or TrialEvent.Failed or TrialEvent.Skipped { IsForTime: false }:
                Miss(happened.Number);
                own.Remove(happened.Number);
                break;
        }
    }

    private void Move(double[] point, double loss)
    {
        bool isFirst = double.IsPositiveInfinity(incumbentLoss);
        (incumbent, incumbentLoss, opposite, misses) = (point, loss, null, 0);
        if (!isFirst) reach = Math.Min(MostReach, reach * 1.3);
    }

    private void Miss(int number)
    {
        if (!own.ContainsKey(number) || ++misses < Math.Min(2 * space.Knobs.Count, 8)) return;
        misses = 0;
        reach *= 0.6;
        opposite = null;
    }

    private void BeginAnew(double[] point, int number)
    {
        own.Clear();
        own[number] = point;
        (incumbent, incumbentLoss, opposite, misses, reach) = (point, double.PositiveInfinity, null, 0, FirstReach);
        restartAt = number;
        restarts++;
    }

    /// <summary>A direction even over the sphere of active knobs, as long as the reach and the root of their number say.</summary>
    private double[] Direction(Random random)
    {
        double[] direction = new double[space.Knobs.Count];
        double squares = 0;
        int active = 0;
        for (int i = 0; i < direction.Length; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            if (!space.Knobs[i].IsOrdered || !space.IsActive(i, incumbent)) continue;
            direction[i] = normal;
            squares += normal * normal;
            active++;
        }
        double scale = squares > 0 ? reach * Math.Sqrt(active) / Math.Sqrt(squares) : 0;
        for (int i = 0; i < direction.Length; i++) direction[i] *= scale;
        return direction;
    }

    private double[] Opposite(double[] point)
    {
        double[] other = [.. point];
        for (int i = 0; i < other.Length; i++)
            if (space.Knobs[i].IsOrdered) other[i] = Reflect((2 * incumbent![i]) - point[i]);
        return other;
    }

    // Between two values of a small range there is nothing: a step shorter than theirs is one of theirs, as often as its length says.
    private static double Whole(double step, Knob knob, double chance)
    {
        if (knob.Choices == 0) return step;
        double one = 1.0 / knob.Choices;
        return Math.Abs(step) >= one ? step : chance < Math.Abs(step) * knob.Choices ? Math.Sign(step) * one : 0;
    }

    internal static double Reflect(double value)
    {
        value = Math.Abs(value) % 2;
        return value > 1 ? 2 - value : value;
    }
}
