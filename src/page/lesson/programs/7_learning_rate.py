from itertools import islice

for lr in (0.00001, 0.001, 0.1):
    torch.manual_seed(0)  # the same weights and batches
    rate_model = GarmentClassifier()
    sgd = torch.optim.SGD(
        rate_model.parameters(), lr=lr, momentum=0.9)
    losses = []
    for inputs, labels in islice(training_loader, 2000):
        sgd.zero_grad()
        loss = loss_fn(rate_model(inputs), labels)
        loss.backward()
        sgd.step()
        losses.append(loss.item())
    last = losses[-500:]
    print(lr, sum(last) / len(last))
