loss_fn = torch.nn.CrossEntropyLoss()

# The tutorial draws them with torch.rand(4, 10), and prints these
dummy_outputs = torch.tensor([
    [0.7026, 0.1489, 0.0065, 0.6841, 0.4166,
     0.3980, 0.9849, 0.6701, 0.4601, 0.8599],
    [0.7461, 0.3920, 0.9978, 0.0354, 0.9843,
     0.0312, 0.5989, 0.2888, 0.8170, 0.4150],
    [0.8408, 0.5368, 0.0059, 0.8931, 0.3942,
     0.7349, 0.5500, 0.0074, 0.0554, 0.1537],
    [0.7282, 0.8755, 0.3649, 0.4566, 0.8796,
     0.2390, 0.9865, 0.7549, 0.9105, 0.5427],
])
dummy_labels = torch.tensor([1, 5, 3, 7])

loss = loss_fn(dummy_outputs, dummy_labels)
print(loss.item())  # 2.42894; 2.42895 before rounding

# The same, row by row
rows = -F.log_softmax(dummy_outputs, dim=1)
print(rows[range(4), dummy_labels].mean().item())
