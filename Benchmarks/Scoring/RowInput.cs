using Microsoft.ML.Data;

namespace MLPipes.Benchmarks.Scoring;

/// <summary>A row as an application holds it: one property per column.</summary>
internal sealed class RowInput
{
    public const int Columns = 30;

    public static readonly string[] Names = [.. Enumerable.Range(0, Columns).Select(i => $"F{i}")];

    public bool Label { get; set; }
    public float F0 { get; set; }
    public float F1 { get; set; }
    public float F2 { get; set; }
    public float F3 { get; set; }
    public float F4 { get; set; }
    public float F5 { get; set; }
    public float F6 { get; set; }
    public float F7 { get; set; }
    public float F8 { get; set; }
    public float F9 { get; set; }
    public float F10 { get; set; }
    public float F11 { get; set; }
    public float F12 { get; set; }
    public float F13 { get; set; }
    public float F14 { get; set; }
    public float F15 { get; set; }
    public float F16 { get; set; }
    public float F17 { get; set; }
    public float F18 { get; set; }
    public float F19 { get; set; }
    public float F20 { get; set; }
    public float F21 { get; set; }
    public float F22 { get; set; }
    public float F23 { get; set; }
    public float F24 { get; set; }
    public float F25 { get; set; }
    public float F26 { get; set; }
    public float F27 { get; set; }
    public float F28 { get; set; }
    public float F29 { get; set; }

    [NoColumn]
    public float this[int column] => column switch
    {
        0 => F0,
        1 => F1,
        2 => F2,
        3 => F3,
        4 => F4,
        5 => F5,
        6 => F6,
        7 => F7,
        8 => F8,
        9 => F9,
        10 => F10,
        11 => F11,
        12 => F12,
        13 => F13,
        14 => F14,
        15 => F15,
        16 => F16,
        17 => F17,
        18 => F18,
        19 => F19,
        20 => F20,
        21 => F21,
        22 => F22,
        23 => F23,
        24 => F24,
        25 => F25,
        26 => F26,
        27 => F27,
        28 => F28,
        _ => F29,
    };

    /// <summary>Normal numbers, and a label that depends on a third of them in ways that trees take some depth to learn.</summary>
    public static RowInput[] Synthetic(int rows, int seed)
    {
        Random random = new(seed);
        RowInput[] made = new RowInput[rows];
        float[] x = new float[Columns];
        for (int row = 0; row < rows; row++)
        {
            for (int f = 0; f < Columns; f++) x[f] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
            double signal = (x[0] * x[1]) + Math.Sin(2 * x[2]) + (x[3] > 0.5f ? x[4] : -x[5]) + (0.5 * x[6]) - (x[7] * x[7] * 0.3) + (x[8] * x[9] * 0.4) + (0.2 * x[10]);
            made[row] = From(x, signal + random.NextDouble() - 0.5 > 0);
        }
        return made;
    }

    private static RowInput From(float[] x, bool label) => new()
    {
        Label = label,
        F0 = x[0], F1 = x[1], F2 = x[2], F3 = x[3], F4 = x[4], F5 = x[5],
        F6 = x[6], F7 = x[7], F8 = x[8], F9 = x[9], F10 = x[10], F11 = x[11],
        F12 = x[12], F13 = x[13], F14 = x[14], F15 = x[15], F16 = x[16], F17 = x[17],
        F18 = x[18], F19 = x[19], F20 = x[20], F21 = x[21], F22 = x[22], F23 = x[23],
        F24 = x[24], F25 = x[25], F26 = x[26], F27 = x[27], F28 = x[28], F29 = x[29],
    };
}

/// <summary>What ML.NET's prediction engine fills.</summary>
internal sealed class RowOutput
{
    public float Score { get; set; }

    public float Probability { get; set; }
}
